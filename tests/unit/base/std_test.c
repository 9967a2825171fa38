/* SPDX-License-Identifier: BSD-2-Clause */
/* std_test.c - a descriptor that is closed at the start becomes /dev/null, one
 * that is open stays. */
#include "base/std.h"

#include "suite.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool is_null(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

/* Runs std_fill while `fd` is a pipe or closed, and gives it back after. */
static void filled(int fd, int with, bool *null, bool *open_)
{
	int saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	struct stat before = { 0 }, after;
	int free_fd = fcntl(saved, F_DUPFD_CLOEXEC, 3);

	close(free_fd);
	ck_assert_int_ge(saved, 10);
	if (with >= 0)
		(void)dup2(with, fd);
	else
		close(fd);
	if (with >= 0)
		ck_assert_int_eq(fstat(with, &before), 0);
	std_fill();
	/* It opens no more than is missing. */
	ck_assert_int_eq(fcntl(saved, F_DUPFD_CLOEXEC, 3), free_fd);
	close(free_fd);
	*null = is_null(fd);
	*open_ = !fstat(fd, &after) && with >= 0 &&
		 before.st_ino == after.st_ino;
	(void)dup2(saved, fd);
	close(saved);
}

START_TEST(each_that_is_closed)
{
	bool null, same;

	for (int fd = 0; fd <= 2; fd++) {
		filled(fd, -1, &null, &same);
		ck_assert_msg(null, "descriptor %d is not /dev/null", fd);
	}
}
END_TEST

START_TEST(one_that_is_open)
{
	bool null, same;
	int end[2];

	ck_assert_int_eq(pipe2(end, O_CLOEXEC), 0);
	for (int fd = 0; fd <= 2; fd++) {
		filled(fd, end[1], &null, &same);
		ck_assert_msg(same && !null, "descriptor %d was replaced", fd);
	}
	close(end[0]);
	close(end[1]);
}
END_TEST

/* No descriptor is free, or there is no /dev/null: the program goes on without,
 * and does not try for ever. */
START_TEST(it_gives_up)
{
	struct rlimit was, none;
	int saved = fcntl(0, F_DUPFD_CLOEXEC, 10);

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = (struct rlimit){ 0, was.rlim_max };
	close(0);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	std_fill();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert_int_lt(fcntl(0, F_GETFD), 0);
	ck_assert_int_eq(dup2(saved, 0), 0);
	close(saved);
}
END_TEST

SUITE("std", each_that_is_closed, one_that_is_open, it_gives_up)
