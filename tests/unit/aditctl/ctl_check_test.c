/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_check_test.c - how aditctl check runs the aditd that stands beside it. */
#include "aditctl/admin.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char aditd[4096];

/* Beside this program. */
static void put_aditd(const char *script)
{
	ssize_t n = readlink("/proc/self/exe", aditd, sizeof aditd - 10);
	FILE *f;

	ck_assert_int_gt(n, 0);
	aditd[n] = 0;
	snprintf(strrchr(aditd, '/'), 10, "/aditd");
	f = fopen(aditd, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fprintf(f, "#!/bin/sh\n%s\n", script), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(aditd, 0755), 0);
}

static const char *message(const json_t *o, size_t i)
{
	return json_string_value(
		json_array_get(json_object_get(o, "messages"), i));
}

START_TEST(messages)
{
	json_t *o;

	admin_open();
	put_aditd("echo \"$@\"; echo bad; printf 'no end' >&2; exit 2");
	admin_word("my.ini");
	o = admin_runs_json(ctl_check, CTL_USAGE);
	ck_assert_pstr_eq(json_string_value(json_object_get(o, "file")),
			  "my.ini");
	ck_assert(json_is_false(json_object_get(o, "good")));
	ck_assert_pstr_eq(message(o, 0), "-t -c my.ini");
	ck_assert_pstr_eq(message(o, 1), "bad");
	ck_assert_pstr_eq(message(o, 2), "no end");
	ck_assert_pstr_eq(message(o, 3), NULL);
	json_decref(o);
	put_aditd("exit 0");
	admin.nwords = 0;
	o = admin_runs_json(ctl_check, CTL_OK);
	ck_assert(json_is_true(json_object_get(o, "good")));
	ck_assert_pstr_eq(json_string_value(json_object_get(o, "file")),
			  admin.file);
	json_decref(o);
	admin_runs(ctl_check, CTL_OK);
	unlink(aditd);
	admin_close();
}
END_TEST

START_TEST(aditd_that_fails)
{
	json_t *o;

	admin_open();
	put_aditd("kill -9 $$");
	json_decref(admin_runs_json(ctl_check, CTL_FAILED));
	unlink(aditd);
	o = admin_runs_json(ctl_check, CTL_FAILED);
	STAGE_HAS(message(o, 0), "aditd: No such file");
	json_decref(o);
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_check", messages, aditd_that_fails)
