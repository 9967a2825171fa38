/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_line_test.c - every kind of audit line becomes one JSON object,
 * whatever a peer has put into it. */
#include "base/audit_line.h"

#include "base/log.h"
#include "suite.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *json_of(const char *line)
{
	static char room[4096];
	size_t n = audit_line_json(room, sizeof room, line);

	ck_assert_uint_eq(n, strlen(room));
	return room;
}

/* audit_documented.py compares the kinds with docs/audit.md. */
static const struct {
	const char *line, *json;
} kinds[] = {
	{ "evt=session session=9223372036854775807 user=alice gateway=main "
	  "source=192.0.2.7:50412 state=login reason=\"\"",
	  "{\"evt\":\"session\",\"session\":9223372036854775807,"
	  "\"user\":\"alice\",\"gateway\":\"main\","
	  "\"source\":\"192.0.2.7:50412\",\"state\":\"login\","
	  "\"reason\":\"\"}" },
	{ "evt=sessions session=7 user=alice source=* state=* reason=\"*\" "
	  "count=12 seconds=60",
	  "{\"evt\":\"sessions\",\"session\":7,\"user\":\"alice\","
	  "\"source\":\"*\",\"state\":\"*\",\"reason\":\"*\",\"count\":12,"
	  "\"seconds\":60}" },
	{ "evt=channel session=7 channel=3 parent=1 user=alice resource=- "
	  "plugin=ftp source=[::1]:50412 destination=#7:23 to_server=418 "
	  "to_client=0 duration=61.204 reason=\"denied: no-group\" "
	  "login=\"bob builder\"",
	  "{\"evt\":\"channel\",\"session\":7,\"channel\":3,\"parent\":1,"
	  "\"user\":\"alice\",\"resource\":null,\"plugin\":\"ftp\","
	  "\"source\":\"[::1]:50412\",\"destination\":\"#7:23\","
	  "\"to_server\":418,\"to_client\":0,\"duration\":61.204,"
	  "\"reason\":\"denied: no-group\",\"login\":\"bob builder\"}" },
	{ "evt=channels session=7 user=alice resource=ssh plugin=- "
	  "destination=* reason=\"refused\" count=3 seconds=59",
	  "{\"evt\":\"channels\",\"session\":7,\"user\":\"alice\","
	  "\"resource\":\"ssh\",\"plugin\":null,\"destination\":\"*\","
	  "\"reason\":\"refused\",\"count\":3,\"seconds\":59}" },
	{ "evt=plugin session=7 channel=3 user=alice resource=ftp plugin=ftp "
	  "to_server=9 to_client=8 command=\"STOR\" file=\"a = b\"",
	  "{\"evt\":\"plugin\",\"session\":7,\"channel\":3,"
	  "\"user\":\"alice\",\"resource\":\"ftp\",\"plugin\":\"ftp\","
	  "\"to_server\":9,\"to_client\":8,\"command\":\"STOR\","
	  "\"file\":\"a = b\"}" },
	{ "evt=page user=alice gateway=main source=192.0.2.9:50000 "
	  "action=end about=7 result=done",
	  "{\"evt\":\"page\",\"user\":\"alice\",\"gateway\":\"main\","
	  "\"source\":\"192.0.2.9:50000\",\"action\":\"end\","
	  "\"about\":\"7\",\"result\":\"done\"}" },
	{ "evt=code session=7 user=alice gateway=main resource=- state=right",
	  "{\"evt\":\"code\",\"session\":7,\"user\":\"alice\","
	  "\"gateway\":\"main\",\"resource\":null,\"state\":\"right\"}" },
	{ "evt=login user=alice gateway=main source=192.0.2.9:50000 "
	  "result=refused methods=- failed=users,otp reason=\"\"",
	  "{\"evt\":\"login\",\"user\":\"alice\",\"gateway\":\"main\","
	  "\"source\":\"192.0.2.9:50000\",\"result\":\"refused\","
	  "\"methods\":null,\"failed\":\"users,otp\",\"reason\":\"\"}" },
	{ "evt=password user=alice gateway=main source=192.0.2.9:50000 "
	  "method=users result=kept reason=\"no new password was given\"",
	  "{\"evt\":\"password\",\"user\":\"alice\","
	  "\"gateway\":\"main\",\"source\":\"192.0.2.9:50000\","
	  "\"method\":\"users\",\"result\":\"kept\","
	  "\"reason\":\"no new password was given\"}" },
	{ "evt=publish session=7 user=alice gateway=main name=web "
	  "state=published reason=\"at 10.0.0.1:80\"",
	  "{\"evt\":\"publish\",\"session\":7,\"user\":\"alice\","
	  "\"gateway\":\"main\",\"name\":\"web\",\"state\":\"published\","
	  "\"reason\":\"at 10.0.0.1:80\"}" },
	{ "evt=recording session=7 channel=3 user=alice resource=ftp",
	  "{\"evt\":\"recording\",\"session\":7,\"channel\":3,"
	  "\"user\":\"alice\",\"resource\":\"ftp\"}" },
};

START_TEST(every_kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		ck_assert_str_eq(json_of(kinds[i].line), kinds[i].json);
}
END_TEST

/* What a user can choose must not change the type of a key. */
START_TEST(names_are_no_numbers)
{
	ck_assert_str_eq(json_of("evt=x user=123 resource=007 file=\"5\""),
			 "{\"evt\":\"x\",\"user\":\"123\","
			 "\"resource\":\"007\",\"file\":\"5\"}");
	ck_assert_str_eq(json_of("count=01 session=1. channel=x seconds="),
			 "{\"count\":\"01\",\"session\":\"1.\","
			 "\"channel\":\"x\",\"seconds\":\"\"}");
	/* That of a plugin. */
	ck_assert_str_eq(json_of("count=\"12\""), "{\"count\":\"12\"}");
}
END_TEST

START_TEST(keys_that_repeat)
{
	ck_assert_str_eq(json_of("evt=x referral=\"a\" tls=\"yes\" "
				 "referral=\"b\" referral=\"c\""),
			 "{\"evt\":\"x\",\"referral\":[\"a\",\"b\",\"c\"],"
			 "\"tls\":\"yes\"}");
}
END_TEST

START_TEST(escapes)
{
	ck_assert_str_eq(json_of("a=\"\\x0a\\x1b[2J\\x7f\""),
			 "{\"a\":\"\\u000a\\u001b[2J\\u007f\"}");
	/* Characters that log_escape does not let through: C1, direction. */
	ck_assert_str_eq(json_of("a=\"\\xc2\\x9b\\xe2\\x80\\xae\""),
			 "{\"a\":\"\\u009b\\u202e\"}");
	/* No UTF-8, or halves of surrogates, stay what they look like. */
	ck_assert_str_eq(json_of("a=\"\\xff\\xc3x\\xed\\xa0\\x80\\xe2\\x80\""),
			 "{\"a\":\"\\\\xff\\\\xc3x\\\\xed\\\\xa0\\\\x80"
			 "\\\\xe2\\\\x80\"}");
	/* What a peer writes itself, and the line has not escaped. */
	ck_assert_str_eq(json_of("a=\"C:\\dir\\x41\\\" b=\"Zo\u00eb\""),
			 "{\"a\":\"C:\\\\dir\\\\x41\\\\\",\"b\":\"Zo\u00eb\"}");
}
END_TEST

START_TEST(lines_that_were_cut)
{
	ck_assert_str_eq(json_of("evt=x file=\"abc"),
			 "{\"evt\":\"x\",\"file\":\"abc\",\"cut\":true}");
	ck_assert_str_eq(json_of("evt=x fi"), "{\"evt\":\"x\",\"cut\":true}");
	ck_assert_str_eq(json_of("\""), "{\"cut\":true}");
	ck_assert_str_eq(json_of(""), "{}");
}
END_TEST

START_TEST(without_room)
{
	static const char line[] = "evt=x a=\"\\x0a\" a=\"\\\\\" count=3 b=\"";
	char room[256];

	for (size_t cap = 32; cap <= sizeof room; cap++) {
		json_t *o;

		memset(room, 0x55, sizeof room);
		ck_assert_uint_lt(audit_line_json(room, cap, line), cap);
		for (size_t i = cap; i < sizeof room; i++)
			ck_assert_int_eq(room[i], 0x55);
		o = json_loads(room, JSON_REJECT_DUPLICATES, NULL);
		ck_assert_msg(o, "%zu: %s", cap, room);
		ck_assert(json_is_true(json_object_get(o, "cut")));
		json_decref(o);
	}
}
END_TEST

/* Whatever bytes it carries, the longest line is one object. */
START_TEST(any_bytes)
{
	char raw[64], safe[1848], json[4000];

	for (int c = 1; c < 256; c++) {
		size_t n = (size_t)snprintf(raw, sizeof raw, "evt=x a=\"%c%c\"",
					    c, c == '"' ? ' ' : 'y');
		json_t *o;

		ck_assert_uint_lt(n, sizeof raw);
		log_escape(safe, sizeof safe, raw);
		audit_line_json(json, sizeof json, safe);
		o = json_loads(json, 0, NULL);
		ck_assert_msg(o, "%d: %s", c, json);
		json_decref(o);
	}
	memset(safe, '\\', sizeof safe);
	memcpy(safe, "a=\"", 3);
	memcpy(safe + sizeof safe - 2, "\"", 2);
	ck_assert_uint_gt(audit_line_json(json, sizeof json, safe), 3600);
	ck_assert_ptr_null(strstr(json, "\"cut\""));
}
END_TEST

/* ---- in the log ---------------------------------------------------------- */

START_TEST(the_log_writes_it)
{
	char got[512] = "";
	int fd[2], old = dup(STDERR_FILENO);

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_ge(dup2(fd[1], STDERR_FILENO), 0);
	close(fd[1]);
	log_start("aditd", LOG_INFO);
	log_show_times();
	log_audit_as_json(true);
	log_audit("evt=x user=%s", "a\nb");
	log_audit_as_json(false);
	log_start("aditd", LOG_INFO);
	log_audit("evt=x user=%s", "a");
	dup2(old, STDERR_FILENO);
	close(old);
	ck_assert_int_gt(read(fd[0], got, sizeof got - 1), 0);
	close(fd[0]);
	ck_assert_str_eq(got, "{\"evt\":\"x\",\"user\":\"a\\u000ab\"}\n"
			      "aditd: evt=x user=a\n");
}
END_TEST

SUITE("audit_line", every_kind, names_are_no_numbers, keys_that_repeat, escapes,
      lines_that_were_cut, without_room, any_bytes, the_log_writes_it)
