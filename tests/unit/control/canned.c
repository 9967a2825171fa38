/* SPDX-License-Identifier: BSD-2-Clause */
/* canned.c - a control server whose answers a test has written beforehand. */
#include "control/canned.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PATIENCE = 10
}; /* seconds until a process that nobody asks ends itself */

static void put(int fd, const char *text, size_t n)
{
	if (write(fd, text, n) != (ssize_t)n)
		_exit(1);
}

/* The request goes to the test before the answer goes to the command. */
static void converse(int listener, int asked, const char *answer)
{
	int fd = accept(listener, NULL, NULL);
	char request[4096];
	size_t n = 0;
	ssize_t k;

	do {
		k = recv(fd, request + n, sizeof request - n, 0);
		if (k <= 0)
			_exit(1);
		n += (size_t)k;
	} while (request[n - 1] != '\n');
	put(asked, request, n);
	put(fd, answer, strlen(answer));
	put(fd, "\n", 1);
	close(fd);
}

/* It listens itself: clients learn from the kernel whose socket it is. */
static void serve(const struct control_side *side, const char *path,
		  const char *const *answers, int asked)
{
	struct control_socket s;
	char why[400];

	signal(SIGALRM, SIG_DFL);
	alarm(PATIENCE);
	if (control_socket_open(&s, side, path, why, sizeof why) ||
	    fcntl(s.fd, F_SETFL, 0))
		_exit(1);
	put(asked, "\n", 1);
	while (*answers)
		converse(s.fd, asked, *answers++);
	control_socket_close(&s);
	_exit(0);
}

void canned_open(struct canned *c, const struct control_side *side,
		 const char *path, const char *const *answers)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	c->pid = fork();
	ck_assert_int_ge(c->pid, 0);
	if (!c->pid)
		serve(side, path, answers, ends[1]);
	close(ends[1]);
	c->asked = ends[0];
	ck_assert_str_eq(canned_asked(c), "");
}

const char *canned_asked(struct canned *c)
{
	static char line[4096];
	size_t n = 0;

	while (n < sizeof line - 1 && read(c->asked, line + n, 1) == 1 &&
	       line[n] != '\n')
		n++;
	line[n] = 0;
	return line;
}

void canned_close(struct canned *c)
{
	int status = -1;

	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	ck_assert_msg(status == 0, "not every answer was asked for");
	close(c->asked);
}
