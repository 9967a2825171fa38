/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_passwd_test.c - what passwd, lock and unlock make of a line of the users
 * file, and what they have a running aditd do. */
#include "aditctl/admin.h"
#include "suite.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *groups_of(const char *name)
{
	static char found[200];
	char start[80];
	const char *line;

	snprintf(start, sizeof start, "%s:", name);
	line = strstr(stage_read("users"), start);
	if (!line)
		return NULL;
	line = strchr(line + strlen(start), ':') + 1;
	snprintf(found, sizeof found, "%.*s", (int)strcspn(line, "\n"), line);
	return found;
}

/* The command for this user, where no aditd runs. */
static void passwd(const char *name, const char *groups, int status)
{
	admin_word(name);
	admin.groups = groups;
	admin_runs(ctl_passwd, status);
}

START_TEST(a_new_user)
{
	struct crypt_data data = { .initialized = 0 };
	char hash[400];
	const char *line;

	admin_open();
	admin.password_stdin = true;
	stage_type("secret\n");
	passwd("carol", "staff", CTL_OK);
	STAGE_HAS(stage_out, "carol added at gateway main\n");
	STAGE_HAS(stage_out, "groups of carol at gateway main: staff\n");
	ck_assert_str_eq(groups_of("carol"), "staff");
	line = strstr(stage_read("users"), "carol:") + strlen("carol:");
	snprintf(hash, sizeof hash, "%.*s", (int)strcspn(line, ":"), line);
	STAGE_HAS(hash, "$y$");
	ck_assert_str_eq(crypt_r("secret", hash, &data), hash);
	/* The others stay. */
	STAGE_HAS(stage_read("users"), "alice:$y$j9T$salt$hash:staff\nbob:");
	admin_close();
}
END_TEST

START_TEST(another_password)
{
	admin_open();
	admin.password_stdin = true;
	stage_type("new\n");
	ADMIN_ANSWERS("{}");
	passwd("bob", NULL, CTL_OK);
	STAGE_HAS(stage_out, "password of bob changed at gateway main; the "
			     "user stays locked");
	STAGE_HAS(stage_out, "bob may log in and reach nothing");
	STAGE_HAS(stage_read("users"), "bob:!$y$");
	/* Sessions with the old one end. */
	admin_asked("{\"command\":\"recheck\"}");
	canned_close(&admin_gateway);
	/* They go on where aditd refuses, which is said. */
	stage_type("newer\n");
	ADMIN_ANSWERS("{\"error\": \"no\"}");
	passwd("bob", NULL, CTL_FAILED);
	STAGE_HAS(stage_err, "aditctl reload");
	canned_close(&admin_gateway);
	admin_close();
}
END_TEST

START_TEST(groups)
{
	admin_open();
	admin_ini("[group ops]\nresources = db\n");
	passwd("alice", "+ops", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "staff,ops");
	passwd("alice", "-staff", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "ops");
	/* A plain list takes none away. */
	passwd("alice", "staff", CTL_USAGE);
	STAGE_HAS(stage_err, "--groups =staff");
	ck_assert_str_eq(groups_of("alice"), "ops");
	passwd("alice", "ops,staff", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "ops,staff");
	passwd("alice", "=staff", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "staff");
	passwd("alice", "=", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "");
	STAGE_HAS(stage_out, "may log in and reach nothing");
	passwd("alice", "+stuff", CTL_USAGE);
	STAGE_HAS(stage_err, "has no [group stuff]");
	STAGE_HAS(stage_err, "staff");
	passwd("alice", "+a,,b", CTL_USAGE);
	admin_close();
}
END_TEST

/* A group that the configuration does not have any more can be taken away. */
START_TEST(groups_of_before)
{
	admin_open();
	stage_write("users", "alice:$y$j9T$salt$hash:gone,staff\n");
	passwd("alice", "+gone", CTL_USAGE);
	passwd("alice", "-gone", CTL_OK);
	ck_assert_str_eq(groups_of("alice"), "staff");
	admin_close();
}
END_TEST

START_TEST(deleted)
{
	admin_open();
	admin.remove = true;
	admin_word("alice");
	ADMIN_ANSWERS("{\"kicked\": 2}");
	admin_runs(ctl_passwd, CTL_OK);
	ck_assert_str_eq(stage_out, "alice deleted at gateway main, 2 sessions "
				    "ended\n");
	ck_assert_ptr_null(groups_of("alice"));
	admin_asked("{\"command\":\"kick_user\",\"user\":\"alice\","
		    "\"gateway\":\"main\"}");
	canned_close(&admin_gateway);
	admin_runs(ctl_passwd, CTL_FAILED);
	STAGE_HAS(stage_err, "alice");
	admin.groups = "staff";
	admin_fails(ctl_passwd, "usage", "--delete");
	admin_close();
}
END_TEST

START_TEST(locked_and_unlocked)
{
	json_t *o;

	admin_open();
	admin_word("alice");
	ADMIN_ANSWERS("{\"kicked\": 1}");
	admin_runs(ctl_lock, CTL_OK);
	ck_assert_str_eq(stage_out, "alice locked at gateway main, 1 session "
				    "ended\n");
	STAGE_HAS(stage_read("users"), "alice:!$y$j9T$salt$hash:staff\n");
	canned_close(&admin_gateway);
	/* Again: somebody may have set it with an editor. */
	ADMIN_ANSWERS("{\"kicked\": 1}");
	admin_runs(ctl_lock, CTL_OK);
	STAGE_HAS(stage_out, "alice was already locked");
	canned_close(&admin_gateway);
	o = admin_runs_json(ctl_unlock, CTL_OK);
	ck_assert(json_is_true(json_object_get(o, "changed")));
	json_decref(o);
	STAGE_HAS(stage_read("users"), "alice:$y$j9T$salt$hash:staff\n");
	admin_close();
}
END_TEST

/* An aditd that cannot be asked may still have sessions of this user. */
START_TEST(sessions_that_cannot_be_ended)
{
	admin_open();
	ck_assert_int_eq(symlink("sock", stage_path("sock")), 0);
	admin_word("alice");
	admin_runs(ctl_lock, CTL_FAILED);
	STAGE_HAS(stage_err, "alice cannot log in any more, but");
	STAGE_HAS(stage_err, "aditctl kick alice");
	STAGE_HAS(stage_read("users"), "alice:!");
	admin_close();
}
END_TEST

START_TEST(names_that_are_none)
{
	admin_open();
	admin_word("a:b");
	admin_fails(ctl_passwd, "usage", "is not a valid user name");
	admin_word("-x");
	admin_fails(ctl_lock, "usage", "is not a valid user name");
	admin_word("nobody");
	admin_runs(ctl_lock, CTL_FAILED);
	STAGE_HAS(stage_err, "nobody");
	admin_close();
}
END_TEST

SUITE("aditctl/ctl_passwd", a_new_user, another_password, groups,
      groups_of_before, deleted, locked_and_unlocked,
      sessions_that_cannot_be_ended, names_that_are_none)
