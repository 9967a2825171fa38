/* SPDX-License-Identifier: BSD-2-Clause */
/* holds_test.c - whether one process holds two sockets. */
#include "agent/owner.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static int new_socket(uint32_t *inode)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct stat st;

	ck_assert_int_eq(fstat(fd, &st), 0);
	*inode = (uint32_t)st.st_ino;
	return fd;
}

START_TEST(this_process)
{
	uint32_t one, others[3] = { 1, 2, 0 };
	int a = new_socket(&one), b = new_socket(&others[2]);

	ck_assert(owner_holds_both(one, others, 3));
	ck_assert(!owner_holds_both(one, others, 2));
	ck_assert(!owner_holds_both(one, others, 0));
	close(b);
	ck_assert(!owner_holds_both(one, others, 3));
	close(a);
}
END_TEST

START_TEST(no_socket_at_all)
{
	uint32_t one, none = 0;
	int a = new_socket(&one);

	/* Inode 0 is what everything else than a socket has here. */
	ck_assert(!owner_holds_both(one, &none, 1));
	ck_assert(!owner_holds_both(none, &one, 1));
	ck_assert(!owner_holds_both(none, &none, 1));
	close(a);
}
END_TEST

/* One end here and one there is not one process. */
START_TEST(one_each)
{
	uint32_t one, two;
	int a = new_socket(&one), b = new_socket(&two), ready[2];
	pid_t child;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (!child) {
		close(a);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	close(b);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	ck_assert(!owner_holds_both(one, &two, 1));
	ck_assert(owner_holds_both(one, &one, 1));
	ck_assert(owner_holds_both(two, &two, 1));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	close(a);
}
END_TEST

START_TEST(a_child_with_both)
{
	uint32_t one, two;
	int a = new_socket(&one), b = new_socket(&two);
	pid_t child = fork();

	if (!child) {
		pause();
		_exit(0);
	}
	close(a);
	close(b);
	ck_assert(owner_holds_both(one, &two, 1));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert(!owner_holds_both(one, &two, 1));
}
END_TEST

SUITE("holds", this_process, no_socket_at_all, one_each, a_child_with_both)
