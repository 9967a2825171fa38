/* SPDX-License-Identifier: BSD-2-Clause */
/* child_test.c - how children are described and connected, and that this
 * program could be executed again. */
#include "process/child.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(status_for_people)
{
	char text[64];

	ck_assert_str_eq(child_status(W_EXITCODE(3, 0), text, sizeof text),
			 "exit status 3");
	ck_assert_str_eq(child_status(W_EXITCODE(0, SIGKILL), text,
				      sizeof text),
			 "killed by signal 9 (Killed)");
	/* What does not fit is cut. */
	ck_assert_str_eq(child_status(W_EXITCODE(3, 0), text, 6), "exit ");
}
END_TEST

/* Packets keep their bounds; only our end is non-blocking, and no program that
 * is executed has either. */
START_TEST(a_pair)
{
	int ours, theirs;
	char two[8];

	ck_assert_int_eq(child_pair(&ours, &theirs), 0);
	ck_assert_int_eq(write(ours, "ab", 2), 2);
	ck_assert_int_eq(write(ours, "cd", 2), 2);
	ck_assert_int_eq(read(theirs, two, sizeof two), 2);
	ck_assert_int_eq(read(theirs, two, sizeof two), 2);
	ck_assert_int_eq(read(ours, two, sizeof two), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert(!(fcntl(theirs, F_GETFL) & O_NONBLOCK));
	ck_assert(fcntl(ours, F_GETFD) & FD_CLOEXEC);
	ck_assert(fcntl(theirs, F_GETFD) & FD_CLOEXEC);
	close(theirs);
	ck_assert_int_eq(read(ours, two, sizeof two), 0);
	close(ours);
}
END_TEST

START_TEST(this_program_may_run)
{
	char why[64] = "";

	ck_assert_int_eq(child_may_run(why, sizeof why), 0);
	ck_assert_str_eq(why, "");
}
END_TEST

SUITE("process/child", status_for_people, a_pair, this_program_may_run)
