/* SPDX-License-Identifier: BSD-2-Clause */
/* log_test.c - whatever a peer sends, the log is one harmless line. */
#include "base/log.h"

#include "suite.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char seen[8192];

/* Standard error goes into a pipe while one line is logged. */
static int fds[2], old;

static void catch_begin(void)
{
	ck_assert_int_eq(pipe(fds), 0);
	old = dup(STDERR_FILENO);
	ck_assert_int_ge(dup2(fds[1], STDERR_FILENO), 0);
	close(fds[1]);
}

static const char *catch_end(void)
{
	ssize_t n;

	dup2(old, STDERR_FILENO);
	close(old);
	n = read(fds[0], seen, sizeof seen - 1);
	close(fds[0]);
	ck_assert_int_ge(n, 0);
	seen[n] = 0;
	return seen;
}

static const char *escaped(const char *text)
{
	static char room[256];

	return log_escape(room, sizeof room, text);
}

START_TEST(plain_text_stays)
{
	ck_assert_str_eq(escaped(""), "");
	ck_assert_str_eq(escaped("USER anonymous ~"), "USER anonymous ~");
	ck_assert_str_eq(escaped("Zo\u00eb, \u65e5\u672c, \U0001f511"),
			 "Zo\u00eb, \u65e5\u672c, \U0001f511");
}
END_TEST

START_TEST(controls_are_escaped)
{
	ck_assert_str_eq(escaped("a\r\nb\tc"), "a\\x0d\\x0ab\\x09c");
	ck_assert_str_eq(escaped("\033[2J\a\b\177"), "\\x1b[2J\\x07\\x08\\x7f");
	/* C1 controls hide in two bytes. */
	ck_assert_str_eq(escaped("\xc2\x9b"
				 "31m"),
			 "\\xc2\\x9b31m");
}
END_TEST

START_TEST(direction_marks_are_escaped)
{
	static const char *const bad[] = {
		"\u200b", "\u200e", "\u200f", "\u2028", "\u202a",
		"\u202e", "\u2066", "\u2069", "\ufeff",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(escaped(bad[i])[0] == '\\', "number %zu", i);
	ck_assert_str_eq(escaped("\u200a\u2010\u2070"), "\u200a\u2010\u2070");
}
END_TEST

START_TEST(broken_utf8_is_escaped)
{
	ck_assert_str_eq(escaped("\xff\xfe"), "\\xff\\xfe");
	ck_assert_str_eq(escaped("\x80"), "\\x80");
	ck_assert_str_eq(escaped("\xc3"), "\\xc3");
	ck_assert_str_eq(escaped("\xe2\x82"), "\\xe2\\x82");
	ck_assert_str_eq(escaped("\xf0\x9f\x94"), "\\xf0\\x9f\\x94");
	/* Overlong forms, surrogates, beyond the last code point. */
	ck_assert_str_eq(escaped("\xc0\x8a"), "\\xc0\\x8a");
	ck_assert_str_eq(escaped("\xe0\x80\x8a"), "\\xe0\\x80\\x8a");
	ck_assert_str_eq(escaped("\xf0\x80\x80\x8a"), "\\xf0\\x80\\x80\\x8a");
	ck_assert_str_eq(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	ck_assert_str_eq(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	ck_assert_str_eq(escaped("\xe2\x82z"), "\\xe2\\x82z");
}
END_TEST

START_TEST(room_is_never_exceeded)
{
	char room[32], text[64];

	memset(text, '\n', sizeof text - 1);
	text[sizeof text - 1] = 0;
	for (size_t cap = 1; cap < sizeof room; cap++) {
		memset(room, 0x55, sizeof room);
		ck_assert_ptr_eq(log_escape(room, cap, text), room);
		ck_assert_uint_lt(strlen(room), cap);
		/* Whole escapes only. */
		ck_assert_uint_eq(strlen(room) % 4, 0);
		ck_assert_int_eq(room[cap], 0x55);
	}
}
END_TEST

START_TEST(line_is_escaped)
{
	log_start("adit-test", LOG_INFO);
	catch_begin();
	log_msg(LOG_WARN, "#1", "name %s", "x\nadit-test: forged\033[0m");
	ck_assert_str_eq(catch_end(), "adit-test: warning: #1: name "
				      "x\\x0aadit-test: forged\\x1b[0m\n");
}
END_TEST

START_TEST(who_is_escaped)
{
	log_start("adit-test", LOG_INFO);
	catch_begin();
	log_msg(LOG_INFO, "alice\n\033", "came");
	ck_assert_str_eq(catch_end(), "adit-test: alice\\x0a\\x1b: came\n");
}
END_TEST

START_TEST(level_decides)
{
	log_start("adit-test", LOG_WARN);
	ck_assert(log_is_on(LOG_ERROR) && log_is_on(LOG_WARN));
	ck_assert(!log_is_on(LOG_INFO) && !log_is_on(LOG_DEBUG));
	catch_begin();
	log_msg(LOG_INFO, NULL, "unseen");
	log_msg(LOG_ERROR, NULL, "seen");
	ck_assert_str_eq(catch_end(), "adit-test: error: seen\n");
}
END_TEST

START_TEST(the_last_warnings_are_kept)
{
	struct log_kept last[LOG_KEPT];
	size_t n;

	log_start("adit-test", LOG_INFO);
	catch_begin();
	/* Other tests may have run in this process. */
	n = log_last(last);
	ck_assert_uint_lt(n, LOG_KEPT);
	log_msg(LOG_WARN, "#1", "name \033");
	log_msg(LOG_INFO, NULL, "no warning");
	ck_assert_uint_eq(log_last(last), n + 1);
	ck_assert_str_eq(last[n].text, "#1: name \\x1b");
	ck_assert_int_eq(last[n].level, LOG_WARN);
	ck_assert_int_ge(last[n].time, time(NULL) - 60);
	for (int i = 0; i < 20; i++)
		log_msg(LOG_ERROR, NULL, "%d %*s", i, 1000, "");
	catch_end();
	ck_assert_uint_eq(log_last(last), LOG_KEPT);
	ck_assert_int_eq(strncmp(last[0].text, "12 ", 3), 0);
	ck_assert_int_eq(strncmp(last[LOG_KEPT - 1].text, "19 ", 3), 0);
	ck_assert_uint_lt(strlen(last[0].text), LOG_KEPT_TEXT);
}
END_TEST

START_TEST(audit_ignores_the_level)
{
	log_start("adit-test", LOG_ERROR);
	catch_begin();
	log_audit("closed user=%s", "eve\r");
	ck_assert_str_eq(catch_end(), "adit-test: closed user=eve\\x0d\n");
}
END_TEST

/* What is caught is the journal, or another file than JOURNAL_STREAM names. */
static void journal_is(bool it)
{
	char stream[64];
	struct stat st;

	catch_begin();
	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino + !it);
	setenv("JOURNAL_STREAM", stream, 1);
	log_start("adit-test", LOG_DEBUG);
	unsetenv("JOURNAL_STREAM");
}

START_TEST(times_come_first)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd adit-test: a\n";
	const char *line;

	journal_is(false);
	log_show_times();
	log_msg(LOG_INFO, NULL, "a");
	line = catch_end();
	ck_assert_uint_eq(strlen(line), sizeof form - 1);
	for (size_t i = 0; i < 19; i++)
		if (form[i] == 'd')
			ck_assert_msg(line[i] >= '0' && line[i] <= '9', "%s",
				      line);
	ck_assert_str_eq(line + 19, form + 19);
}
END_TEST

START_TEST(a_variable_is_no_journal)
{
	journal_is(false);
	log_msg(LOG_INFO, NULL, "a");
	ck_assert_str_eq(catch_end(), "adit-test: a\n");
}
END_TEST

START_TEST(journal_priorities)
{
	journal_is(1);
	log_show_times();
	log_msg(LOG_ERROR, NULL, "a");
	log_msg(LOG_DEBUG, "#2", "b");
	log_audit("c");
	ck_assert_str_eq(catch_end(), "<3>error: a\n<7>debug: #2: b\n<5>c\n");
}
END_TEST

/* Standard error is the pipe to the process that sends the log on. */
static void relay_begin(void)
{
	char name[LOG_STREAM_NAME];

	catch_begin();
	ck_assert(log_stream_name(STDERR_FILENO, name));
	setenv(LOG_RELAY_STREAM, name, 1);
	log_start("adit-test", LOG_DEBUG);
}

/* What it was, behind its time; `head` is what stands before. */
static const char *relay_end(const char *head)
{
	const char *text = catch_end();
	size_t n = strlen(head);

	unsetenv(LOG_RELAY_STREAM);
	log_start("adit-test", LOG_INFO);
	ck_assert_int_eq(strncmp(text, head, n), 0);
	text += n;
	ck_assert_uint_eq(strspn(text, "0123456789"), 10);
	ck_assert_int_eq(text[10], '.');
	ck_assert_uint_eq(strspn(text + 11, "0123456789"), 6);
	return text + 17;
}

START_TEST(lines_for_the_relay)
{
	relay_begin();
	log_msg(LOG_WARN, "#1", "<5 1.0>evt=x\n");
	ck_assert_str_eq(relay_end("<4 "), ">warning: #1: <5 1.0>evt=x\\x0a\n");
	relay_begin();
	log_audit("evt=x user=%s", "a");
	ck_assert_str_eq(relay_end("<5 "), ">evt=x user=a\n");
	/* It is the relay that makes JSON of it. */
	log_audit_as_json(true);
	relay_begin();
	log_audit("evt=x user=%s", "a");
	ck_assert_str_eq(relay_end("<5j "), ">evt=x user=a\n");
	relay_begin();
	log_msg(LOG_INFO, NULL, "b");
	log_audit_as_json(false);
	ck_assert_str_eq(relay_end("<6 "), ">b\n");
}
END_TEST

START_TEST(bytes_with_nul)
{
	char room[64];

	ck_assert_uint_eq(log_escape_bytes(room, sizeof room, "a\0\n", 3), 9);
	ck_assert_str_eq(room, "a\\x00\\x0a");
	ck_assert_uint_eq(log_escape_bytes(room, sizeof room, "", 0), 0);
	ck_assert_uint_eq(log_escape_bytes(room, sizeof room, "\0", 1), 4);
	for (size_t cap = 1; cap < 20; cap++) {
		memset(room, 0x55, sizeof room);
		ck_assert_uint_lt(log_escape_bytes(room, cap, "ab\0\0\0c\n", 7),
				  cap);
		ck_assert_int_eq(room[cap], 0x55);
	}
}
END_TEST

START_TEST(long_lines_end)
{
	static char text[5000];
	size_t n;

	memset(text, 'x', sizeof text - 1);
	log_start("adit-test", LOG_INFO);
	catch_begin();
	log_msg(LOG_INFO, text, "%s", text);
	n = strlen(catch_end());
	ck_assert_uint_gt(n, 1000);
	ck_assert_uint_le(n, 2048);
	ck_assert_ptr_eq(strchr(seen, '\n'), seen + n - 1);
}
END_TEST

SUITE("log", plain_text_stays, controls_are_escaped,
      direction_marks_are_escaped, broken_utf8_is_escaped,
      room_is_never_exceeded, line_is_escaped, who_is_escaped, level_decides,
      the_last_warnings_are_kept, audit_ignores_the_level, times_come_first,
      a_variable_is_no_journal, journal_priorities, lines_for_the_relay,
      bytes_with_nul, long_lines_end)
