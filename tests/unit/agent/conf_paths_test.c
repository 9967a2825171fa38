/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_paths_test.c - where the agent looks for its files and its socket. */
#include "agent/conf_parts.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char dir[64];

/* A folder of its own for each test, which all variables but HOME leave
 * alone. */
static void home(void)
{
	snprintf(dir, sizeof dir, "/tmp/adit-paths-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	setenv("HOME", dir, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
}

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(in_dir(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

/* Takes `path`. */
static void is(char *path, const char *want)
{
	ck_assert_str_eq(path, want);
	free(path);
}

START_TEST(files_of_a_user)
{
	home();
	is(conf_user_file(NULL), in_dir(".config/adit/adit.ini"));
	is(conf_user_file("work"), in_dir(".config/adit/work.ini"));
	is(conf_default_state_dir(), in_dir(".local/state/adit"));
	setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
	setenv("XDG_STATE_HOME", "/state", 1);
	is(conf_user_file("work"), "/elsewhere/adit/work.ini");
	is(conf_default_state_dir(), "/state/adit");
	/* The XDG rules: what is relative does not count. */
	setenv("XDG_CONFIG_HOME", "elsewhere", 1);
	setenv("XDG_STATE_HOME", "", 1);
	is(conf_user_file("work"), in_dir(".config/adit/work.ini"));
	is(conf_default_state_dir(), in_dir(".local/state/adit"));
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_home_without_the_variable)
{
	char *file;

	home();
	setenv("HOME", "not/absolute", 1);
	file = conf_user_file(NULL);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(file[0], '/');
	ck_assert_ptr_nonnull(strstr(file, "/.config/adit/adit.ini"));
	free(file);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(files_of_the_system)
{
	is(conf_system_file(NULL), ADIT_SYSCONFDIR "/adit.ini");
	is(conf_system_file("work"), ADIT_SYSCONFDIR "/work.ini");
}
END_TEST

/* The values are those of the FNV-1a page: agents of other versions look for
 * the same socket. */
START_TEST(names_of_profiles)
{
	char key[CONF_KEY], other[CONF_KEY];

	ck_assert(conf_hash(CONF_HASH, "") == 0xcbf29ce484222325);
	ck_assert(conf_hash(CONF_HASH, "foobar") == 0x85944171f73967e8);
	ck_assert(conf_hash(conf_hash(CONF_HASH, "foo"), "bar") ==
		  0x85944171f73967e8);
	ck_assert_str_eq(conf_key("work", key), "work");
	ck_assert_ptr_eq(conf_key("/a/b.ini", key), key);
	ck_assert_uint_eq(strlen(key), strlen("file-") + 16);
	ck_assert_str_ne(conf_key("/a/c.ini", other), key);
}
END_TEST

START_TEST(sockets)
{
	char want[300], *spare;

	home();
	setenv("XDG_RUNTIME_DIR", dir, 1);
	is(conf_default_control("work"), in_dir("adit/work.sock"));
	/* Of another user, after su(1). */
	if (!geteuid())
		ck_assert_int_eq(chown(dir, 65534, 65534), 0);
	else
		setenv("XDG_RUNTIME_DIR", "/", 1);
	spare = conf_spare_control("work", 0);
	snprintf(want, sizeof want, "/tmp/adit-%u/work.sock",
		 (unsigned)geteuid());
	is(conf_default_control("work"), spare ? spare : want);
	is(conf_spare_control("work", 1), want);
	if (spare) {
		snprintf(want, sizeof want, "/run/user/%u/adit/work.sock",
			 (unsigned)geteuid());
		ck_assert_str_eq(spare, want);
	}
	free(spare);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(absolute_paths)
{
	int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char here[4096], *path = NULL;

	home();
	ck_assert_int_eq(conf_absolute(&path), 0);
	ck_assert_ptr_null(path);
	path = strdup("/a/b");
	ck_assert_int_eq(conf_absolute(&path), 0);
	is(path, "/a/b");
	ck_assert_int_eq(chdir(dir), 0);
	ck_assert_ptr_nonnull(getcwd(here, sizeof here));
	path = strdup("a/b");
	ck_assert_int_eq(conf_absolute(&path), 0);
	is(path, in_dir("a/b"));
	/* The folder that it was started in is gone. */
	ck_assert_int_eq(rmdir(dir), 0);
	path = strdup("a/b");
	ck_assert_int_eq(conf_absolute(&path), ERR_SYS);
	is(path, "a/b");
	ck_assert_int_eq(fchdir(before), 0);
	close(before);
}
END_TEST

START_TEST(profiles_whose_file_is_there)
{
	home();
	setenv("XDG_CONFIG_HOME", dir, 1);
	ck_assert_int_eq(mkdir(in_dir("adit"), 0700), 0);
	put("adit/adit-paths-test.ini", "[agent]\n");
	ck_assert(conf_is_there("agent"));
	ck_assert(conf_is_there("adit-paths-test"));
	ck_assert(!conf_is_there("adit-paths-gone"));
	ck_assert(conf_is_there(in_dir("adit/adit-paths-test.ini")));
	ck_assert(!conf_is_there(in_dir("adit/adit-paths-gone.ini")));
	/* Below a file there is none. */
	ck_assert(!conf_is_there(in_dir("adit/adit-paths-test.ini/x")));
	ck_assert(!conf_is_shut(in_dir("adit/adit-paths-gone.ini")));
	ck_assert_int_eq(unlink(in_dir("adit/adit-paths-test.ini")), 0);
	ck_assert_int_eq(rmdir(in_dir("adit")), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Where the system's folder has such files, their names are in the list too. */
START_TEST(names_that_users_may_type)
{
	static const char *const files[] = {
		"adit/adit-test-b.ini",
		"adit/adit-test-a.ini",
		"adit/aditd.ini",
		"adit/adit.ini",
		"adit/agent.ini",
		"adit/.adit-test-d.ini",
		"adit/adit-test-e.in",
		"adit/adit-test f.ini",
		"adit/.ini",
	};
	struct name_list found = { 0 };
	unsigned ours = 0;
	char name[120];

	home();
	setenv("XDG_CONFIG_HOME", dir, 1);
	ck_assert_int_eq(conf_profiles(&found), 0);
	name_list_fini(&found);
	found = (struct name_list){ 0 };
	ck_assert_int_eq(mkdir(in_dir("adit"), 0700), 0);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		put(files[i], "# one line\n[agent]\n");
	/* Longer than any name may be. */
	memset(name, 'x', sizeof name - 1);
	memcpy(name, "adit/adit-test", 14);
	memcpy(name + sizeof name - 5, ".ini", 5);
	put(name, "[agent]\n");
	put("adit/adit-test-c.ini", "[other]\nprogram = yes\n");
	ck_assert_int_eq(conf_profiles(&found), 0);
	for (size_t i = 0; i < found.n; i++) {
		ours += !strncmp(found.item[i], "adit-test", 9);
		ck_assert(!i || strcmp(found.item[i - 1], found.item[i]) < 0);
		ck_assert_str_ne(found.item[i], "aditd");
		ck_assert_str_ne(found.item[i], "agent");
	}
	ck_assert_uint_eq(ours, 2);
	ck_assert(name_list_has(&found, "adit-test-a"));
	ck_assert(name_list_has(&found, "adit-test-b"));
	name_list_fini(&found);
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		unlink(in_dir(files[i]));
	unlink(in_dir("adit/adit-test-c.ini"));
	unlink(in_dir(name));
	ck_assert_int_eq(rmdir(in_dir("adit")), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

SUITE("conf_paths", files_of_a_user, a_home_without_the_variable,
      files_of_the_system, names_of_profiles, sockets, absolute_paths,
      profiles_whose_file_is_there, names_that_users_may_type)
