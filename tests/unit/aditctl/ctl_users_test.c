/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users_test.c - who may log in, by the users file and by a running
 * aditd. */
#include "aditctl/admin.h"
#include "aditctl/ctl_users.h"
#include "suite.h"

#include <string.h>
#include <sys/stat.h>

static const json_t *row(const json_t *all, size_t i)
{
	return json_array_get(json_object_get(all, "users"), i);
}

static void is_text(const json_t *o, const char *key, const char *text)
{
	ck_assert_pstr_eq(json_string_value(json_object_get(o, key)), text);
}

static json_int_t number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

START_TEST(no_aditd_runs)
{
	json_t *all;

	admin_open();
	all = admin_runs_json(ctl_users, CTL_OK);
	ck_assert_uint_eq(json_array_size(json_object_get(all, "users")), 2);
	is_text(row(all, 0), "user", "alice");
	is_text(row(all, 0), "hash", "yescrypt");
	ck_assert(json_is_false(json_object_get(row(all, 0), "locked")));
	ck_assert(json_is_null(json_object_get(row(all, 0), "sessions")));
	ck_assert(json_is_null(json_object_get(row(all, 0), "connections")));
	ck_assert(json_is_false(json_object_get(row(all, 0), "otp")));
	ck_assert_int_eq(number(row(all, 0), "sessions_limit"), 16);
	ck_assert_int_eq(number(row(all, 0), "connections_limit"), 8192);
	ck_assert(json_is_null(json_object_get(row(all, 0), "memory_limit")));
	is_text(row(all, 1), "user", "bob");
	ck_assert(json_is_true(json_object_get(row(all, 1), "locked")));
	json_decref(all);
	/* A password's hash is nobody's business. */
	STAGE_HAS_NOT(stage_out, "salt");
	admin_close();
}
END_TEST

START_TEST(sessions_are_counted)
{
	admin_open();
	stage_write("users.otp", "bob:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	ADMIN_ANSWERS(
		"{\"sessions\": [{\"user\": \"alice\", \"gateway\": "
		"\"main\", \"user_connections\": 17}, {\"user\": \"alice\", \"gateway\": "
		"\"other\"}, {\"user\": 7, \"gateway\": \"main\"}]}");
	admin_runs(ctl_users, CTL_OK);
	ck_assert_str_eq(stage_out,
			 "USER   GATEWAY  LOCKED  OTP  SESSIONS  CONNECTIONS  "
			 "MEMBER OF\n"
			 "alice  main     no      no       1/16      17/8192  "
			 "staff\n"
			 "bob    main     yes     yes      0/16       0/8192  "
			 "-\n");
	admin_asked("{\"command\":\"sessions\"}");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

/* What users have stands beside what the sections of the configuration let
 * them have. */
START_TEST(use_against_limits)
{
	json_t *all;

	admin_open();
	admin_ini("memory = 64M\nconnections_per_user = 100\n"
		  "[user bob]\nsessions_per_user = 2\n");
	ADMIN_ANSWERS("{\"sessions\": [{\"user\": \"alice\", \"gateway\": "
		      "\"main\", \"user_connections\": 17, "
		      "\"user_memory\": 1048576}]}",
		      "{\"sessions\": []}");
	admin.wide = true;
	admin_runs(ctl_users, CTL_OK);
	STAGE_HAS(stage_out, "1/16       17/100  1.0 MiB/64.0 MiB  staff");
	admin.wide = false;
	all = admin_runs_json(ctl_users, CTL_OK);
	ck_assert_int_eq(number(row(all, 0), "connections_limit"), 100);
	ck_assert_int_eq(number(row(all, 0), "memory_limit"), 64 << 20);
	ck_assert_int_eq(number(row(all, 1), "sessions_limit"), 2);
	ck_assert_int_eq(number(row(all, 1), "sessions"), 0);
	json_decref(all);
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(secrets_that_cannot_be_read)
{
	json_t *all;

	admin_open();
	stage_write("users.otp", "alice:SECRET\n");
	ck_assert_int_eq(chmod(stage_path("users.otp"), 0644), 0);
	all = admin_runs_json(ctl_users, CTL_OK);
	ck_assert(json_is_null(json_object_get(row(all, 0), "otp")));
	STAGE_HAS(stage_err, "users.otp: ");
	STAGE_HAS_NOT(stage_out, "SECRET");
	json_decref(all);
	admin_close();
}
END_TEST

START_TEST(bad_lines)
{
	admin_open();
	stage_write("users", "alice:$y$j9T$salt$hash:staff\nnonsense\n");
	admin_runs(ctl_users, CTL_OK);
	STAGE_HAS(stage_out, "alice");
	STAGE_HAS(stage_err, "users:2: ");
	admin.gateway = "mian";
	admin_fails(ctl_users, "usage", "has no [gateway mian]");
	admin_close();
}
END_TEST

START_TEST(names_joined)
{
	struct name_list l = { 0 };
	char text[10];
	json_t *names;

	ck_assert_str_eq(ctl_join(&l, text, sizeof text), "");
	ck_assert_int_eq(name_list_add(&l, "one"), 0);
	ck_assert_str_eq(ctl_join(&l, text, sizeof text), "one");
	ck_assert_int_eq(name_list_add(&l, "two"), 0);
	ck_assert_int_eq(name_list_add(&l, "three"), 0);
	ck_assert_str_eq(ctl_join(&l, text, sizeof text), "one,two,t");
	names = ctl_names(&l);
	ck_assert_uint_eq(json_array_size(names), 3);
	json_decref(names);
	name_list_fini(&l);
}
END_TEST

SUITE("aditctl/ctl_users", no_aditd_runs, sessions_are_counted,
      use_against_limits, secrets_that_cannot_be_read, bad_lines, names_joined)
