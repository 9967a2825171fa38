/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users_test.c - who may log in, by the users file and by a running
 * aditd. */
#include "aditctl/admin.h"
#include "aditctl/ctl_users.h"
#include "suite.h"

#include <string.h>

static const json_t *row(const json_t *all, size_t i)
{
	return json_array_get(json_object_get(all, "users"), i);
}

static void is_text(const json_t *o, const char *key, const char *text)
{
	ck_assert_pstr_eq(json_string_value(json_object_get(o, key)), text);
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
	ADMIN_ANSWERS("{\"sessions\": [{\"user\": \"alice\", \"gateway\": "
		      "\"main\"}, {\"user\": \"alice\", \"gateway\": "
		      "\"other\"}, {\"user\": 7, \"gateway\": \"main\"}]}");
	admin_runs(ctl_users, CTL_OK);
	ck_assert_str_eq(stage_out,
			 "USER   GATEWAY  LOCKED  SESSIONS  MEMBER OF\n"
			 "alice  main     no             1  staff\n"
			 "bob    main     yes            0  -\n");
	admin_asked("{\"command\":\"sessions\"}");
	canned_close(&admin_gateway);
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

SUITE("aditctl/ctl_users", no_aditd_runs, sessions_are_counted, bad_lines,
      names_joined)
