/* SPDX-License-Identifier: BSD-2-Clause */
/* log_to_test.c - the key `log` of [server]. */
#include "policy/log_to.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>

START_TEST(what_there_is)
{
	struct log_to to;
	char at[ADDR_TEXT];

	ck_assert_int_eq(log_to_parse(&to, "stderr"), 0);
	ck_assert_int_eq(to.kind, LOG_TO_STDERR);
	ck_assert_int_eq(log_to_parse(&to, "journal"), 0);
	ck_assert_int_eq(to.kind, LOG_TO_JOURNAL);
	ck_assert_str_eq(to.path, "/run/systemd/journal/socket");
	ck_assert_int_eq(log_to_parse(&to, "syslog"), 0);
	ck_assert_int_eq(to.kind, LOG_TO_SYSLOG);
	ck_assert_str_eq(to.path, "/dev/log");
	ck_assert_int_eq(log_to_parse(&to, "syslog:/run/a b"), 0);
	ck_assert_str_eq(to.path, "/run/a b");
	ck_assert_int_eq(log_to_parse(&to, "syslog:[2001:db8::1]:514"), 0);
	ck_assert_int_eq(to.kind, LOG_TO_SYSLOG);
	ck_assert_str_eq(to.path, "");
	ck_assert_str_eq(addr_str(&to.at, at), "[2001:db8::1]:514");
}
END_TEST

START_TEST(what_is_wrong)
{
	static const char *const bad[] = {
		"",
		"Journal",
		"journal:/x",
		"stderr:",
		"syslog:",
		"syslogd",
		"syslog:192.0.2.1",
		"syslog:192.0.2.1:0",
		"syslog:loghost:514",
		"file:/var/log/x",
		"syslog:[::1]",
		"syslog: /dev/log",
	};
	char text[256] = "syslog:/";
	struct log_to to;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(log_to_parse(&to, bad[i]) == ERR_INVAL, "%s",
			      bad[i]);
	/* As long as the name of a socket may be, and one byte longer. */
	memset(text + 8, 'x', 106);
	ck_assert_int_eq(log_to_parse(&to, text), 0);
	ck_assert_uint_eq(strlen(to.path), 107);
	text[8 + 106] = 'x';
	ck_assert_int_eq(log_to_parse(&to, text), ERR_INVAL);
}
END_TEST

SUITE("policy/log_to", what_there_is, what_is_wrong)
