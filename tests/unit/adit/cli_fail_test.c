/* SPDX-License-Identifier: BSD-2-Clause */
/* cli_fail_test.c - the same failure for people, and for programs. */
#include "adit/cli.h"
#include "stage.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

START_TEST(for_people)
{
	stage_begin();
	ck_assert_int_eq(cli_fail(CLI_USAGE, "no %s", "\033such"), CLI_USAGE);
	ck_assert_int_eq(cli_fail_as("refused", "no"), CLI_FAILED);
	stage_end();
	ck_assert_str_eq(stage_out, "");
	ck_assert_str_eq(stage_err, "adit: no \\x1bsuch\nadit: no\n");
}
END_TEST

static void is_object(const char *text, const char *code)
{
	json_t *o = json_loads(stage_out, 0, NULL);

	ck_assert_msg(o != NULL, "%s", stage_out);
	ck_assert_str_eq(json_string_value(json_object_get(o, "error")), text);
	ck_assert_str_eq(json_string_value(json_object_get(o, "code")), code);
	ck_assert_str_eq(stage_err, "");
	json_decref(o);
}

START_TEST(for_programs)
{
	cli_errors_as_json(true);
	stage_begin();
	ck_assert_int_eq(cli_fail(CLI_USAGE, "a \"%s\"", "\xff"), CLI_USAGE);
	stage_end();
	is_object("a \"\\xff\"", "usage");
	stage_begin();
	ck_assert_int_eq(cli_fail(CLI_FAILED, "b"), CLI_FAILED);
	stage_end();
	is_object("b", "failed");
	stage_begin();
	ck_assert_int_eq(cli_fail_as("not-running", "c"), CLI_FAILED);
	stage_end();
	is_object("c", "not-running");
	cli_errors_as_json(false);
}
END_TEST

START_TEST(every_mistake_of_a_file)
{
	struct conf_errors e = { .file = "adit.ini" };

	for (unsigned i = 1; i <= CONF_ERRORS_MAX + 2; i++)
		(void)conf_error(&e, i, "mistake %u", i);
	stage_begin();
	cli_conf_errors(&e);
	stage_end();
	STAGE_HAS(stage_err, "adit.ini:1: mistake 1\nadit.ini:2: mistake 2\n");
	STAGE_HAS(stage_err, "\nadit.ini: and 2 more\n");
	cli_errors_as_json(true);
	stage_begin();
	cli_conf_errors(&e);
	stage_end();
	STAGE_HAS(stage_out, "\"code\": \"config\"");
	cli_errors_as_json(false);
}
END_TEST

SUITE("adit/cli_fail", for_people, for_programs, every_mistake_of_a_file)
