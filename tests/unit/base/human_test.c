/* SPDX-License-Identifier: BSD-2-Clause */
/* human_test.c - numbers, times and long texts in the form for people. */
#include "base/human.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char text[HUMAN_TEXT];

START_TEST(spans)
{
	ck_assert_str_eq(human_span(0, text), "0 s");
	ck_assert_str_eq(human_span(59, text), "59 s");
	ck_assert_str_eq(human_span(60, text), "1 min");
	ck_assert_str_eq(human_span(3 * 3600 + 5 * 60, text), "3 h 5 min");
	ck_assert_str_eq(human_span(40 * 86400 + 7200, text), "40 d 2 h");
}
END_TEST

START_TEST(amounts)
{
	ck_assert_str_eq(human_bytes(0, text), "0 bytes");
	ck_assert_str_eq(human_bytes(1, text), "1 byte");
	ck_assert_str_eq(human_bytes(1536, text), "1.5 KiB");
	ck_assert_str_eq(human_bytes(20LL << 30, text), "20.0 GiB");
	ck_assert_str_eq(human_bytes(5000LL << 40, text), "5000.0 TiB");
}
END_TEST

START_TEST(points_in_time)
{
	setenv("TZ", "UTC", 1);
	ck_assert_str_eq(human_time(1000000000, text), "2001-09-09 01:46:40");
	ck_assert_uint_eq(strlen(human_time(time(NULL), text)), 8);
}
END_TEST

/* What human_wrap prints, in static memory. */
static const char *wrapped(const char *lead, const char *what)
{
	static char room[1024];
	FILE *before = stdout;
	size_t n;

	stdout = fmemopen(room, sizeof room, "w");
	ck_assert_ptr_nonnull(stdout);
	human_wrap(lead, what);
	n = (size_t)ftell(stdout);
	fclose(stdout);
	stdout = before;
	room[n] = 0;
	return room;
}

START_TEST(lines_end_between_words)
{
	char word[101] = "";

	ck_assert_str_eq(wrapped("state  ", "fine"), "state  fine\n");
	memset(word, 'x', 60);
	memcpy(word + 60, " and more words", 16);
	ck_assert_str_eq(
		wrapped("  12:00  ", word),
		"  12:00  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxx and more\n"
		"         words\n");
	/* A path is to be copied whole. */
	memset(word, '/', 100);
	ck_assert_uint_eq(strlen(wrapped("file  ", word)), 107);
}
END_TEST

SUITE("human", spans, amounts, points_in_time, lines_end_between_words)
