/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_say_test.c - when an error of aditctl is text, and when it is an
 * object. */
#include "aditctl/ctl.h"
#include "stage.h"
#include "suite.h"

#include <string.h>

static void begin(bool json)
{
	ctl_errors_as_json(json);
	stage_begin();
}

/* After a command that ends with this status: the object on standard output;
 * NULL if nothing is there. */
static json_t *end(int status)
{
	ck_assert_int_eq(ctl_end(status), status);
	stage_end();
	return json_loads(stage_out, 0, NULL);
}

START_TEST(for_people)
{
	begin(false);
	ck_assert_int_eq(ctl_fail(CTL_USAGE, "a %s", "\033b"), CTL_USAGE);
	ck_assert_int_eq(ctl_fail_as("refused", CTL_FAILED, "c"), CTL_FAILED);
	ctl_error_line("aditd.ini:3: d\n");
	ck_assert_ptr_null(end(CTL_FAILED));
	ck_assert_str_eq(stage_err, "aditctl: a \\x1bb\naditctl: c\n"
				    "aditd.ini:3: d\\x0a\n");
}
END_TEST

/* With --json all messages go into one object, with the code of the last
 * one. */
START_TEST(for_programs)
{
	json_t *o;

	begin(true);
	ctl_error_line("aditd.ini:3: d");
	ctl_fail_as("refused", CTL_FAILED, "\"%s\"", "no");
	o = end(CTL_FAILED);
	ck_assert_str_eq(stage_err, "");
	ck_assert_str_eq(json_string_value(json_object_get(o, "error")),
			 "aditd.ini:3: d\n\"no\"");
	ck_assert_str_eq(json_string_value(json_object_get(o, "code")),
			 "refused");
	json_decref(o);
}
END_TEST

/* Standard output holds one object at most. */
START_TEST(beside_an_object)
{
	json_t *o;

	begin(true);
	ck_assert_int_eq(ctl_print_json(json_pack("{s:i}", "n", 1)), CTL_OK);
	ctl_fail(CTL_FAILED, "but");
	o = end(CTL_FAILED);
	ck_assert_int_eq(json_integer_value(json_object_get(o, "n")), 1);
	ck_assert_str_eq(stage_err, "but\n");
	json_decref(o);
	/* A warning is no error. */
	begin(true);
	ctl_fail(CTL_OK, "by the way");
	ck_assert_ptr_null(end(CTL_OK));
	ck_assert_str_eq(stage_err, "by the way\n");
	ck_assert_str_eq(stage_out, "");
}
END_TEST

START_TEST(mistakes_of_a_file)
{
	struct conf_errors e = { .file = "aditd.ini" };

	for (unsigned i = 1; i <= CONF_ERRORS_MAX + 3; i++)
		(void)conf_error(&e, i, "mistake");
	begin(false);
	ctl_errors(&e);
	ck_assert_ptr_null(end(CTL_USAGE));
	STAGE_HAS(stage_err, "aditd.ini:1: mistake\n");
	STAGE_HAS(stage_err, "and 3 more\n");
}
END_TEST

SUITE("aditctl/ctl_say", for_people, for_programs, beside_an_object,
      mistakes_of_a_file)
