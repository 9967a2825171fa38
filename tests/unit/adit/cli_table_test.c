/* SPDX-License-Identifier: BSD-2-Clause */
/* cli_table_test.c - tables show neighbouring ports as a range, other ports one
 * by one. */
#include "adit/cli.h"
#include "stage.h"
#include "suite.h"

#include <string.h>

/* What a table with one column shows of `listen`. */
static const char *shown(json_t *listen)
{
	static const struct table_column column = { "LISTEN", "listen",
						    TABLE_PLAIN, false };
	json_t *rows = json_pack("[{s:o}]", "listen", listen);

	stage_begin();
	cli_table(&column, 1, rows);
	stage_end();
	json_decref(rows);
	return stage_out + strlen("LISTEN\n");
}

START_TEST(three_make_a_range)
{
	ck_assert_str_eq(shown(json_pack("[s, s, s]", "127.1.1.1:20",
					 "127.1.1.1:21", "127.1.1.1:22")),
			 "127.1.1.1:20-22\n");
	ck_assert_str_eq(shown(json_pack("[i, i, i, i]", 1, 2, 3, 4)), "1-4\n");
	ck_assert_str_eq(
		shown(json_pack("[s, s, s]", "[::1]:7", "[::1]:8", "[::1]:9")),
		"[::1]:7-9\n");
}
END_TEST

START_TEST(two_stay_as_they_are)
{
	ck_assert_str_eq(shown(json_pack("[i, i]", 20, 21)), "20\n21\n");
	ck_assert_str_eq(shown(json_pack("[i, i, i, i]", 1, 2, 4, 5)),
			 "1\n2\n4\n5\n");
	ck_assert_str_eq(shown(json_array()), "-\n");
}
END_TEST

START_TEST(other_addresses_are_other_ranges)
{
	ck_assert_str_eq(shown(json_pack("[s, s, s]", "127.1.1.1:20",
					 "127.1.1.2:21", "127.1.1.1:22")),
			 "127.1.1.1:20\n127.1.1.2:21\n127.1.1.1:22\n");
	ck_assert_str_eq(shown(json_pack("[s, s, s, s, i]", "127.1.1.1:20",
					 "127.1.1.1:21", "127.1.1.1:22",
					 "127.1.1.10:23", 24)),
			 "127.1.1.1:20-22\n127.1.1.10:23\n24\n");
	ck_assert_str_eq(
		shown(json_pack("[s, s, s]", "a:b:20", "a:21", "a:22")),
		"a:b:20\na:21\na:22\n");
}
END_TEST

/* Values that are not port numbers are shown as they are. */
START_TEST(no_ports)
{
	ck_assert_str_eq(
		shown(json_pack("[s, s, s, b]", "a:x", "b", "c:99999", 1)),
		"a:x\nb\nc:99999\nyes\n");
	ck_assert_str_eq(shown(json_pack("[i, i, i]", 65535, 65536, 65537)),
			 "65535\n65536\n65537\n");
	ck_assert_str_eq(shown(json_pack("[i, i, i]", -1, 0, 1)), "-1\n0\n1\n");
}
END_TEST

/* Printing does not change the caller's object. */
START_TEST(rows_are_not_changed)
{
	static const struct table_column column = { "P", "p", TABLE_PLAIN,
						    false };
	json_t *rows = json_pack("[{s:[i, i, i]}]", "p", 1, 2, 3);
	json_t *before = json_deep_copy(rows);

	stage_begin();
	cli_table(&column, 1, rows);
	stage_end();
	ck_assert(json_equal(rows, before));
	json_decref(rows);
	json_decref(before);
}
END_TEST

SUITE("adit/cli_table", three_make_a_range, two_stay_as_they_are,
      other_addresses_are_other_ranges, no_ports, rows_are_not_changed)
