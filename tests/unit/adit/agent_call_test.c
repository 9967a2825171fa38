/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_call_test.c - commands that reach an agent while it ends. */
#include "adit/agent_call.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static char dir[40], path[60];

/* In a process of its own: takes one connection, ends without an answer. */
static void end_when_asked(int listener, size_t first)
{
	char request[200];
	int fd = accept(listener, NULL, NULL);

	if (fd >= 0 && first && recv(fd, request, first, 0) < 0)
		_exit(1);
	close(fd);
	_exit(0);
}

/* The socket is the child's: the kernel notes who calls listen. */
static pid_t leaving_agent(size_t first)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int ready[2];
	char byte;
	pid_t pid;

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		if (bind(fd, (struct sockaddr *)&sun, sizeof sun) ||
		    listen(fd, 1) || write(ready[1], "r", 1) != 1)
			_exit(1);
		end_when_asked(fd, first);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void ask_one_that_leaves(size_t first)
{
	struct agent_call call;
	int err = 0, status = 0;
	json_t *answer;
	pid_t pid;

	snprintf(dir, sizeof dir, "/tmp/adit-client-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/sock", dir);
	agent_call_init(&call, 10);
	call.call.path = path;
	pid = leaving_agent(first);
	answer = agent_call_ask(&call, json_pack("{s:s}", "command", "down"),
				&err);
	ck_assert_ptr_null(answer);
	ck_assert_str_eq(call.call.why, "not running");
	ck_assert_int_eq(err, ERR_NOTFOUND);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* The kernel reports a reset where bytes of the request were not read. */
START_TEST(ends_before_it_reads)
{
	ask_one_that_leaves(0);
}
END_TEST

START_TEST(ends_before_it_answers)
{
	ask_one_that_leaves(200);
}
END_TEST

SUITE("adit/agent_call", ends_before_it_reads, ends_before_it_answers)
