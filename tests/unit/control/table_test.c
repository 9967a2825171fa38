/* SPDX-License-Identifier: BSD-2-Clause */
/* table_test.c - tables for people. */
#include "control/table.h"

#include "base/defs.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct table_column columns[] = {
	{ "NUMBER", "number", TABLE_NUMBER, false },
	{ "USER", "user", TABLE_PLAIN, false },
	{ "ALL", "user", TABLE_PLAIN, true },
	{ "FROM", "source", TABLE_HOST, false },
	{ "KIB", "bytes", TABLE_KIB, false },
};

static json_t *row_of(const char *user, json_int_t bytes)
{
	return json_pack("[{s:i, s:s, s:s, s:I}]", "number", 1, "user", user,
			 "source", "[2001:db8::7]:443", "bytes", bytes);
}

/* What a table looks like, in static memory. */
static const char *print_as(const struct table_column *col, size_t ncolumns,
			    json_t *rows, bool wide)
{
	static char text[4096];
	FILE *before = stdout;
	size_t n;

	stdout = fmemopen(text, sizeof text, "w");
	ck_assert_ptr_nonnull(stdout);
	table_print(col, ncolumns, rows, wide);
	fflush(stdout);
	n = (size_t)ftell(stdout);
	fclose(stdout);
	stdout = before;
	text[n] = 0;
	json_decref(rows);
	return text;
}

static const char *print(json_t *rows, bool wide)
{
	return print_as(columns, ARRAY_LEN(columns), rows, wide);
}

static const char *cell(enum table_form form, json_t *value)
{
	static char text[TABLE_CELL];
	struct table_column col = { "X", "x", form, false };
	json_t *row = json_pack("{s:o, s:i, s:i}", "x", value, "session_number",
				12, "channel", 3);

	table_cell(&col, row, 0, text);
	json_decref(row);
	return text;
}

START_TEST(columns_stand_below_their_titles)
{
	ck_assert_str_eq(print(row_of("alice", 5000), false),
			 "NUMBER  USER   FROM         KIB\n"
			 "     1  alice  2001:db8::7    5\n");
	ck_assert_str_eq(print(row_of("alice", 0), true),
			 "NUMBER  USER   ALL    FROM         KIB\n"
			 "     1  alice  alice  2001:db8::7    0\n");
	ck_assert_str_eq(print(json_array(), false),
			 "NUMBER  USER  FROM  KIB\n");
}
END_TEST

/* A user's name of n letters that take two bytes each. */
static const char *print_long(size_t n, bool wide)
{
	char user[201] = "";

	for (size_t i = 0; i < n; i++)
		memcpy(user + 2 * i, "\xc3\xa4", 2);
	return print(row_of(user, 1), wide);
}

static size_t times(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

START_TEST(a_row_fits_the_screen)
{
	const char *text = print_long(54, false);

	/* All but the user takes 26 columns. */
	ck_assert_ptr_nonnull(strstr(text, "\xc3\xa4  2001:db8::7    1\n"));
	ck_assert_uint_eq(times(text, "\xc3\xa4"), 54);
	text = print_long(70, false);
	ck_assert_ptr_nonnull(strstr(text, "\xc3\xa4~  2001:db8::7    1\n"));
	ck_assert_uint_eq(times(text, "\xc3\xa4"), 53);
	/* The user stands in two columns there. */
	ck_assert_uint_eq(times(print_long(70, true), "\xc3\xa4"), 140);
}
END_TEST

START_TEST(values_in_short)
{
	ck_assert_str_eq(cell(TABLE_SPAN, json_integer(0)), "0s");
	ck_assert_str_eq(cell(TABLE_SPAN, json_integer(59)), "59s");
	ck_assert_str_eq(cell(TABLE_SPAN, json_integer(60)), "1m");
	ck_assert_str_eq(cell(TABLE_SPAN, json_integer(3600)), "1h");
	ck_assert_str_eq(cell(TABLE_SPAN, json_integer(86400 * 400)), "400d");
	ck_assert_str_eq(cell(TABLE_KIB, json_integer(0)), "0");
	ck_assert_str_eq(cell(TABLE_KIB, json_integer(1)), "1");
	ck_assert_str_eq(cell(TABLE_KIB, json_integer(1025)), "2");
	ck_assert_str_eq(cell(TABLE_HOST, json_string("10.1.2.3:4")),
			 "10.1.2.3");
	ck_assert_str_eq(cell(TABLE_HOST, json_string("some text")),
			 "some text");
	ck_assert_str_eq(cell(TABLE_CHANNEL, json_integer(3)), "12/3");
	ck_assert_str_eq(cell(TABLE_SPAN, json_null()), "-");
	ck_assert_str_eq(cell(TABLE_PLAIN, json_string("a\033[2Jb")),
			 "a\\x1b[2Jb");
}
END_TEST

START_TEST(dates_in_short)
{
	const char *today;

	setenv("TZ", "UTC", 1);
	today = cell(TABLE_DATE, json_integer(time(NULL)));
	ck_assert_uint_eq(strlen(today), 5);
	ck_assert_int_eq(today[2], ':');
	ck_assert_str_eq(cell(TABLE_DATE, json_integer(1000000000)),
			 "2001-09-09");
}
END_TEST

/* An array takes several lines, and no line ends in blanks. */
START_TEST(cells_of_several_lines)
{
	static const struct table_column two[] = {
		{ "LISTEN", "listen", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
	};
	json_t *many = json_array();
	const char *text;

	ck_assert_str_eq(print_as(two, 2,
				  json_pack("[{s:[s, s, i], s:s}, {s:[], s:s}]",
					    "listen", "a:1", "b:2", 3, "state",
					    "on", "listen", "state", ""),
				  true),
			 "LISTEN  STATE\n"
			 "a:1     on\n"
			 "b:2\n"
			 "3\n"
			 "-\n");
	for (int i = 0; i < 20; i++)
		json_array_append_new(many, json_integer(i));
	text = print_as(two, 1, json_pack("[{s:o}]", "listen", many), true);
	ck_assert_ptr_nonnull(strstr(text, "\n14\nand 5 more\n"));
	ck_assert_ptr_null(strstr(text, "16"));
}
END_TEST

SUITE("control/table", columns_stand_below_their_titles, a_row_fits_the_screen,
      values_in_short, dates_in_short, cells_of_several_lines)
