/* SPDX-License-Identifier: BSD-2-Clause */
/* log_entry_test.c - lines of the log in the forms of syslog and the journal: no
 * text gets out of its field. */
#include "process/log_entry.h"

#include "base/log.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static const struct log_origin from = { "gw.example", 4711 };
static const struct timespec now = { 1764403200, 5000 };
#define NOW "2025-11-29T08:00:00.000005Z"
static struct log_entry entry;
static char message[LOG_ENTRY_MAX + 1];

static const struct log_entry *take(const char *line, size_t n)
{
	log_entry_read(&entry, line, n, &now);
	return &entry;
}

static const char *as_syslog(const char *line, size_t n)
{
	message[log_entry_syslog(message, take(line, n), &from)] = 0;
	return message;
}

static const char *as_journal(const char *line, size_t n)
{
	message[log_entry_journal(message, take(line, n), &from)] = 0;
	return message;
}

#define TAKE(line) take(line, sizeof line - 1)
#define SYSLOG(line, want)                                                     \
	ck_assert_str_eq(as_syslog(line, sizeof line - 1), want)
#define JOURNAL(line, want)                                                    \
	ck_assert_str_eq(as_journal(line, sizeof line - 1), want)

/* ---- lines as they come ------------------------------------------------------------- */

START_TEST(heads)
{
	TAKE("<3 1.000002>error: bad");
	ck_assert_uint_eq(entry.priority, 3);
	ck_assert(!entry.audit && !entry.json);
	ck_assert_int_eq(entry.time.tv_sec, 1);
	ck_assert_int_eq(entry.time.tv_nsec, 2000);
	ck_assert_str_eq(entry.text, "error: bad");
	TAKE("<5 99999999999.999999>evt=x");
	ck_assert(entry.audit && !entry.json);
	ck_assert_int_eq(entry.time.tv_sec, 99999999999);
	TAKE("<5j 1.000000>evt=x");
	ck_assert(entry.audit && entry.json);
	ck_assert_str_eq(entry.text, "evt=x");
	TAKE("<7 1.0>");
	ck_assert_uint_eq(entry.priority, 7);
	ck_assert_str_eq(entry.text, "");
}
END_TEST

/* What a library or a plugin writes: its own time, and no audit. */
START_TEST(lines_without_a_head)
{
	static const char *const lines[] = {
		"",
		"evt=session user=root",
		"<",
		"<5>evt=x",
		"<5 >evt=x",
		"<5 1>evt=x",
		"<5 1.>evt=x",
		"<5 .1>evt=x",
		"<8 1.0>evt=x",
		"<55 1.0>evt=x",
		"<-5 1.0>evt=x",
		"<6j 1.0>x",
		"<5J 1.0>evt=x",
		"<5 1.0 >evt=x",
		"<5 -1.0>evt=x",
		"<5 1.0000000>evt=x",
		"<5 999999999999.0>evt=x",
		" <5 1.0>evt=x",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		take(lines[i], strlen(lines[i]));
		ck_assert_str_eq(entry.text, lines[i]);
		ck_assert_uint_eq(entry.priority, 6);
		ck_assert(!entry.audit && !entry.json);
		ck_assert_int_eq(entry.time.tv_sec, now.tv_sec);
	}
}
END_TEST

START_TEST(binary_lines)
{
	TAKE("<4 1.0>a\0b\n\xff");
	ck_assert_str_eq(entry.text, "a\\x00b\\x0a\\xff");
	TAKE("\0");
	ck_assert_str_eq(entry.text, "\\x00");
	TAKE("\0\0<5 1.0>evt=x");
	ck_assert(!entry.audit);
}
END_TEST

/* What log.c writes is what is read here. */
START_TEST(longest_lines)
{
	static char line[LOG_ENTRY_LINE + 1];

	memset(line, 1, LOG_ENTRY_LINE);
	take(line, LOG_ENTRY_LINE);
	ck_assert_uint_eq(strlen(entry.text), 4 * LOG_ENTRY_LINE);
	ck_assert_uint_lt(log_entry_syslog(message, &entry, &from),
			  LOG_ENTRY_MAX);
	ck_assert_uint_lt(log_entry_journal(message, &entry, &from),
			  LOG_ENTRY_MAX);
}
END_TEST

/* ---- syslog ------------------------------------------------------------------------- */

START_TEST(plain_to_syslog)
{
	SYSLOG("<6 1764403200.000250>login: wrong password",
	       "<30>1 2025-11-29T08:00:00.000250Z gw.example aditd 4711 - - "
	       "login: wrong password");
	SYSLOG("<3 0.0>error: x",
	       "<27>1 1970-01-01T00:00:00.000000Z gw.example "
	       "aditd 4711 - - error: x");
	SYSLOG("", "<30>1 " NOW " gw.example aditd 4711 - - ");
}
END_TEST

START_TEST(audit_to_syslog)
{
	SYSLOG("<5 1764403200.000005>evt=channel session=7 user=alice "
	       "plugin=- reason=\"closed\"",
	       "<85>1 " NOW " gw.example aditd 4711 channel [adit@32473 "
	       "evt=\"channel\" session=\"7\" user=\"alice\" "
	       "reason=\"closed\"] evt=channel session=7 user=alice plugin=- "
	       "reason=\"closed\"");
	SYSLOG("<5j 1764403200.000005>evt=x session=7 plugin=-",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "session=\"7\"] {\"evt\":\"x\",\"session\":7,\"plugin\":null}");
	/* "-" in quotes is a text. */
	SYSLOG("<5 1764403200.000005>evt=x reason=\"-\" file=\"\"",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "reason=\"-\" file=\"\"] evt=x reason=\"-\" file=\"\"");
}
END_TEST

/* RFC 5424, section 6.3.3. */
START_TEST(escapes_of_syslog)
{
	SYSLOG("<5 1764403200.000005>evt=x user=a]b\\c"
	       " reason=\"\\x0a] [x@1 user=root]\"",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "user=\"a\\]b\\\\c\" "
	       "reason=\"\\\\x0a\\] [x@1 user=root\\]\"] "
	       "evt=x user=a]b\\c reason=\"\\x0a] [x@1 user=root]\"");
	/* A quote within a value without quotes. */
	SYSLOG("<5 1764403200.000005>evt=x user=a\"b",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "user=\"a\\\"b\"] evt=x user=a\"b");
	SYSLOG("<5 1764403200.000005>evt=x k]\xc3\xa9=1",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "k___=\"1\"] evt=x k]\xc3\xa9=1");
	/* In UTF-8, as RFC 5424 wants it. */
	SYSLOG("<5 1764403200.000005>evt=x user=Zo\xc3\xab",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "user=\"Zo\xc3\xab\"] evt=x user=Zo\xc3\xab");
}
END_TEST

START_TEST(odd_audit_to_syslog)
{
	/* Cut in the middle of a value, and of a key. */
	SYSLOG("<5 1764403200.000005>evt=x file=\"a b",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "file=\"a b\" cut=\"true\"] evt=x file=\"a b");
	SYSLOG("<5 1764403200.000005>evt=x fil",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "cut=\"true\"] evt=x fil");
	SYSLOG("<5 1764403200.000005>",
	       "<85>1 " NOW " gw.example aditd 4711 - [adit@32473] ");
	SYSLOG("<5 1764403200.000005>evt=\"a b\"",
	       "<85>1 " NOW " gw.example aditd 4711 a_b [adit@32473 "
	       "evt=\"a b\"] evt=\"a b\"");
	SYSLOG("<5 1764403200.000005>evt=x "
	       "a123456789012345678901234567890123=1",
	       "<85>1 " NOW " gw.example aditd 4711 x [adit@32473 evt=\"x\" "
	       "a1234567890123456789012345678901=\"1\"] evt=x "
	       "a123456789012345678901234567890123=1");
}
END_TEST

START_TEST(odd_hosts)
{
	struct log_origin odd = { "", 1 };

	TAKE("<6 1764403200.000005>x");
	message[log_entry_syslog(message, &entry, &odd)] = 0;
	ck_assert_str_eq(message, "<30>1 " NOW " - aditd 1 - - x");
	memcpy(odd.host, "a b\xff", 5);
	message[log_entry_syslog(message, &entry, &odd)] = 0;
	ck_assert_str_eq(message, "<30>1 " NOW " a_b_ aditd 1 - - x");
}
END_TEST

/* ---- the journal -------------------------------------------------------------------- */

#define HEAD(p, f)                                                             \
	"\nPRIORITY=" p "\nSYSLOG_FACILITY=" f "\nSYSLOG_IDENTIFIER=aditd\n"   \
	"SYSLOG_PID=4711\nSYSLOG_TIMESTAMP=" NOW "\n"

START_TEST(plain_to_the_journal)
{
	JOURNAL("<4 1764403200.000005>warning: x",
		"MESSAGE=warning: x" HEAD("4", "3"));
	JOURNAL("a=b\nPRIORITY=0", "MESSAGE=a=b\\x0aPRIORITY=0" HEAD("6", "3"));
	JOURNAL("", "MESSAGE=" HEAD("6", "3"));
}
END_TEST

START_TEST(audit_to_the_journal)
{
	JOURNAL("<5 1764403200.000005>evt=channel user=alice to_server=5 "
		"plugin=- reason=\"a \\x0a b\" reason=\"c\"",
		"MESSAGE=evt=channel user=alice to_server=5 plugin=- "
		"reason=\"a \\x0a b\" reason=\"c\"" HEAD(
			"5", "10") "ADIT_EVT=channel\nADIT_USER=alice\n"
				   "ADIT_TO_SERVER=5\nADIT_REASON=a \\x0a b\n"
				   "ADIT_REASON=c\n");
	JOURNAL("<5j 1764403200.000005>evt=x user=\"b\"",
		"MESSAGE={\"evt\":\"x\",\"user\":\"b\"}" HEAD(
			"5", "10") "ADIT_EVT=x\nADIT_USER=b\n");
}
END_TEST

/* A field's name has capitals, digits and _ alone, and 64 of them at most. */
START_TEST(names_of_the_journal)
{
	JOURNAL("<5 1764403200.000005>a.b-C9=1",
		"MESSAGE=a.b-C9=1" HEAD("5", "10") "ADIT_A_B_C9=1\n");
	JOURNAL("<5 1764403200.000005>"
		"a1234567890123456789012345678901234567890123456789012345678901=1",
		"MESSAGE="
		"a1234567890123456789012345678901234567890123456789012345678901"
		"=1" HEAD("5", "10") "ADIT_A123456789012345678901234567890123"
				     "4567890123456789012345678=1\n");
}
END_TEST

/* Whatever user an agent asks for, its line has one user, who has this name. */
START_TEST(nobody_forges_a_field)
{
	static const char *const users[] = {
		"x\" user=\"root",
		"x\nADIT_USER=root",
		"x user=root",
		"x] [adit@32473 user=root",
		"\\\"",
		"x\0y",
		"\xc2\x85",
		"-",
	};
	char line[256];

	for (size_t i = 0; i < ARRAY_LEN(users); i++) {
		size_t n = (size_t)snprintf(line, sizeof line,
					    "<6 1764403200.000005>login: %s: "
					    "wrong password",
					    users[i]);
		const char *m = as_journal(line, n);

		ck_assert_ptr_null(strstr(m, "\nADIT_"));
		ck_assert_ptr_nonnull(strstr(m, "\nPRIORITY=6\n"));
		m = as_syslog(line, n);
		ck_assert_ptr_nonnull(strstr(m, " aditd 4711 - - login: "));
		ck_assert_ptr_null(strchr(m, '\n'));
	}
}
END_TEST

SUITE("process/log_entry", heads, lines_without_a_head, binary_lines,
      longest_lines, plain_to_syslog, audit_to_syslog, escapes_of_syslog,
      odd_audit_to_syslog, odd_hosts, plain_to_the_journal,
      audit_to_the_journal, names_of_the_journal, nobody_forges_a_field)
