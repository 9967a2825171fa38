/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_tree_test.c - JSON objects with objects in them, as text for people. */
#include "aditctl/ctl.h"
#include "suite.h"

#include <stdio.h>

/* What an object looks like, in static memory. */
static const char *print_tree(json_t *object)
{
	static char text[4096];
	FILE *before = stdout;
	size_t n;

	stdout = fmemopen(text, sizeof text, "w");
	ck_assert_ptr_nonnull(stdout);
	ctl_tree(object, 0);
	fflush(stdout);
	n = (size_t)ftell(stdout);
	fclose(stdout);
	stdout = before;
	text[n] = 0;
	json_decref(object);
	return text;
}

START_TEST(objects_are_indented)
{
	ck_assert_str_eq(print_tree(json_pack("{s:s, s:{s:b}}", "name", "ftp",
					      "counters", "on", 1)),
			 "name                      ftp\n"
			 "counters\n"
			 "    on                    yes\n");
}
END_TEST

START_TEST(arrays)
{
	ck_assert_str_eq(print_tree(json_pack("{s:[{s:i}, {s:i}, s], s:[]}",
					      "list", "n", 1, "n", 2, "end",
					      "none")),
			 "list\n"
			 "    n                     1\n"
			 "\n"
			 "    n                     2\n"
			 "    end\n"
			 "none                      -\n");
}
END_TEST

/* A worker that was taken over may choose the names of fields. */
START_TEST(names_are_harmless)
{
	ck_assert_str_eq(
		print_tree(json_pack("{s:{s:i}}", "a\033[2J", "b\n", 1)),
		"a\\x1b[2J\n    b\\x0a                 1\n");
}
END_TEST

SUITE("aditctl/ctl_tree", objects_are_indented, arrays, names_are_harmless)
