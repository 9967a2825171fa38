/* SPDX-License-Identifier: BSD-2-Clause */
/* holds_test.c - which process holds two sockets. */
#include "agent/holds.h"

#include "base/err.h"

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

/* Who holds both, or 0; in steps of n. */
static pid_t search(uint32_t one, uint32_t other, unsigned n)
{
	const uint32_t inodes[2] = { one, other };
	struct hold_search s;
	struct holder h;
	int ret;

	ck_assert_int_eq(hold_search_init(&s, inodes), 0);
	do
		ret = hold_search_step(&s, n, &h);
	while (ret == ERR_AGAIN);
	hold_search_fini(&s);
	ck_assert(!ret || ret == ERR_NOTFOUND);
	return ret ? 0 : h.pid;
}

static bool holds(pid_t pid, const uint32_t inodes[2])
{
	struct holder h = { .pid = pid };

	return holds_both(&h, inodes);
}

START_TEST(this_process)
{
	uint32_t in[2];
	int a = new_socket(&in[0]), b = new_socket(&in[1]);

	ck_assert(holds(getpid(), in));
	ck_assert(!holds(0, in));
	ck_assert(!holds(1 << 30, in));
	for (unsigned step = 1; step < 1000; step *= 30)
		ck_assert_int_eq(search(in[0], in[1], step), getpid());
	close(b);
	ck_assert(!holds(getpid(), in));
	ck_assert_int_eq(search(in[0], in[1], 8), 0);
	close(a);
}
END_TEST

START_TEST(no_socket_at_all)
{
	uint32_t one;
	int a = new_socket(&one);

	/* Inode 0 is what everything else than a socket has here. */
	ck_assert(!holds(getpid(), (uint32_t[]){ one, 0 }));
	ck_assert(!holds(getpid(), (uint32_t[]){ 0, one }));
	ck_assert(!holds(getpid(), (uint32_t[]){ 0, 0 }));
	close(a);
}
END_TEST

/* Two processes, each of which holds one of the two sockets. */
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
	ck_assert_int_eq(search(one, two, 8), 0);
	ck_assert_int_eq(search(one, one, 8), getpid());
	ck_assert_int_eq(search(two, two, 8), child);
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
	ck_assert_int_eq(search(one, two, 8), child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ck_assert_int_eq(search(one, two, 8), 0);
}
END_TEST

/* Remembered descriptor numbers are only where the search begins. */
START_TEST(where_they_were)
{
	struct holder h = { .pid = getpid() };
	uint32_t in[2], other;
	int a = new_socket(&in[0]), b = new_socket(&in[1]), c;

	ck_assert(holds_both(&h, in));
	ck_assert_int_eq(h.fd[0], a);
	ck_assert_int_eq(h.fd[1], b);
	ck_assert(holds_both(&h, in));
	c = dup(b);
	close(b);
	ck_assert(holds_both(&h, in));
	ck_assert_int_eq(h.fd[1], c);
	close(c);
	ck_assert_int_eq(new_socket(&other), b);
	ck_assert(!holds_both(&h, in));
	in[1] = other;
	ck_assert(holds_both(&h, in));
	ck_assert_int_eq(h.fd[1], b);
	close(b);
	close(a);
}
END_TEST

SUITE("holds", where_they_were, this_process, no_socket_at_all, one_each,
      a_child_with_both)
