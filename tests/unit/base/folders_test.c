/* SPDX-License-Identifier: BSD-2-Clause */
/* folders_test.c - a folder is made with those above it, and not over a
 * file. */
#include "base/folders.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[sizeof "/tmp/adit-folders-XXXXXX"];
static char path[PATH_MAX];

static const char *at(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", top, name);
	return path;
}

static void begin(void)
{
	snprintf(top, sizeof top, "/tmp/adit-folders-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(top));
}

static unsigned mode_of(const char *name)
{
	struct stat st;

	ck_assert_int_eq(stat(at(name), &st), 0);
	ck_assert(S_ISDIR(st.st_mode));
	return st.st_mode & 0777;
}

static void end(const char *const *folders)
{
	for (; *folders; folders++)
		ck_assert_int_eq(rmdir(at(*folders)), 0);
	ck_assert_int_eq(rmdir(top), 0);
}

START_TEST(all_that_are_missing)
{
	mode_t mask = umask(0);

	begin();
	ck_assert_int_eq(folders_make(at("a/b/c")), 0);
	umask(mask);
	ck_assert_uint_eq(mode_of("a"), 0700);
	ck_assert_uint_eq(mode_of("a/b"), 0700);
	ck_assert_uint_eq(mode_of("a/b/c"), 0700);
	end((const char *const[]){ "a/b/c", "a/b", "a", NULL });
}
END_TEST

START_TEST(one_that_is_there)
{
	begin();
	ck_assert_int_eq(mkdir(at("a"), 0750), 0);
	ck_assert_int_eq(chmod(at("a"), 0750), 0);
	ck_assert_int_eq(folders_make(at("a")), 0);
	ck_assert_int_eq(folders_make(at("a/")), 0);
	ck_assert_int_eq(folders_make(at("a//b/")), 0);
	ck_assert_uint_eq(mode_of("a"), 0750);
	end((const char *const[]){ "a/b", "a", NULL });
}
END_TEST

START_TEST(below_a_file)
{
	int fd;

	begin();
	fd = open(at("file"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	errno = 0;
	ck_assert_int_eq(folders_make(at("file/a")), -1);
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_int_eq(unlink(at("file")), 0);
	end((const char *const[]){ NULL });
}
END_TEST

START_TEST(a_path_that_is_too_long)
{
	char text[2 * PATH_MAX];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	errno = 0;
	ck_assert_int_eq(folders_make(text), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
	text[PATH_MAX] = 0;
	errno = 0;
	ck_assert_int_eq(folders_make(text), -1);
	ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

/* A folder of somebody else above ours does not stop it. */
START_TEST(below_the_root)
{
	errno = 0;
	ck_assert_int_eq(folders_make("/"), 0);
	ck_assert_int_eq(folders_make("/proc/self"), 0);
	ck_assert_int_eq(folders_make("/proc/no such folder"), -1);
}
END_TEST

SUITE("folders", all_that_are_missing, one_that_is_there, below_a_file,
      a_path_that_is_too_long, below_the_root)
