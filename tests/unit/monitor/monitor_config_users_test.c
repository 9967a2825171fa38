/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_config_users_test.c - what is said of the users files when a
 * configuration is read. */
#include "monitor_rig.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH "$y$j9T$abcdefgh$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

static struct conf_errors e, warn;

/* With this users file; NULL: there is none. */
static void look(const char *users, const char *more)
{
	char path[128];

	rig_init(more);
	snprintf(path, sizeof path, "%s/users", rig.dir);
	unlink(path);
	if (users)
		rig_write("users", users);
	e = warn = (struct conf_errors){ .file = rig.file };
	ck_assert_int_eq(monitor_config_read_users(rig.m.now.config->conf, &e,
						   &warn),
			 0);
	rig_fini();
}

static void assert_has(const struct conf_errors *all, const char *text)
{
	for (unsigned i = 0; i < all->count; i++)
		if (strstr(all->text[i], text))
			return;
	ck_abort_msg("\"%s\" is not said; but: %s", text,
		     all->count ? all->text[0] : "nothing");
}

START_TEST(nothing_to_say)
{
	look("alice:" HASH ":staff\n",
	     "[resource web]\nhost = web.example\nport = 80\n"
	     "[group staff]\nresources = web\n");
	ck_assert_uint_eq(e.count, 0);
	ck_assert_msg(!warn.count, "%s", warn.text[0]);
}
END_TEST

/* At the key of the configuration that names it, with the command that makes one. */
START_TEST(no_file)
{
	look(NULL, "");
	ck_assert_uint_eq(e.count, 1);
	assert_has(&e, "aditd.ini:3: users: ");
	assert_has(&e, "aditctl passwd --gateway one USER makes it");
}
END_TEST

/* No advice to make a users file that exists already. */
START_TEST(unreadable)
{
	char path[128];

	rig_init("");
	snprintf(path, sizeof path, "%s/users", rig.dir);
	ck_assert_int_eq(chmod(path, 0644), 0);
	e = warn = (struct conf_errors){ .file = rig.file };
	ck_assert_int_eq(monitor_config_read_users(rig.m.now.config->conf, &e,
						   &warn),
			 0);
	ck_assert_uint_eq(e.count, 1);
	assert_has(&e, "aditd.ini:3: users: ");
	ck_assert_ptr_null(strstr(e.text[0], "makes it"));
	rig_fini();
}
END_TEST

START_TEST(nobody)
{
	look("", "");
	ck_assert_uint_eq(e.count, 0);
	assert_has(&warn, "names no user: nobody can log in");
	assert_has(&warn, "aditd.ini:3: ");
}
END_TEST

/* Bad lines, groups that there are not and cheap hashes keep nobody out. */
START_TEST(odd_lines)
{
	look("alice:$1$salt$abc:staff\nno line\nbob:" HASH ":gone\n",
	     "[resource web]\nhost = web.example\nport = 80\n"
	     "[group staff]\nusers = carol\nresources = web\n");
	ck_assert_uint_eq(e.count, 0);
	assert_has(&warn, "users:2: ");
	assert_has(&warn, "gone");
	assert_has(&warn, "users:1: ");
	assert_has(&warn, "users:3: ");
	assert_has(&warn, "carol");
}
END_TEST

SUITE("monitor/config_users", nothing_to_say, no_file, unreadable, nobody,
      odd_lines)
