/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.c - the process between the gateway's others and the terminal that
 * is their log. */
#include "process/terminal.h"

#include "base/err.h"
#include "base/log.h"
#include "process/child.h"
#include "process/msg.h"
#include "process/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { LINE_CAP = 2048 }; /* longer lines are passed on in pieces */

int terminal_guard(const struct privs_user *user)
{
	struct child child = { .role = "aditd: terminal",
			       .fd = { -1, -1, -1 },
			       .user = user };
	int fd[2];
	pid_t pid;

	if (!isatty(STDERR_FILENO))
		return 0;
	if (pipe2(fd, O_CLOEXEC))
		return ERR_SYS;
	child.fd[0] = fd[0];
	pid = child_start(&child);
	close(fd[0]);
	if (pid > 0) {
		if (isatty(STDOUT_FILENO))
			dup2(fd[1], STDOUT_FILENO);
		dup2(fd[1], STDERR_FILENO);
		log_never_waits(); /* again, since it is a pipe now */
	}
	close(fd[1]);
	return pid > 0 ? 0 : ERR_SYS;
}

/* Waits until the terminal has taken all; once it is gone, lines are lost. */
static void terminal_put(const char *p, size_t n)
{
	struct pollfd terminal = { .fd = STDERR_FILENO, .events = POLLOUT };

	while (n) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done < 0 && errno == EAGAIN)
			done = poll(&terminal, 1, -1) < 0 ? -1 : 0;
		if (done < 0 && errno != EINTR)
			return;
		p += MAX(done, 0);
		n -= (size_t)MAX(done, 0);
	}
}

static void terminal_pass_on(char *line)
{
	char text[4 * LINE_CAP];
	size_t n = strcspn(line, "\n");
	bool whole = line[n] == '\n';

	line[n] = 0;
	log_escape(text, sizeof text - 1, line);
	n = strlen(text);
	if (whole)
		text[n++] = '\n';
	terminal_put(text, n);
}

int terminal_main(void)
{
	FILE *lines = fdopen(FD_MAIN, "r");
	char line[LINE_CAP];

	/* Must not be killed when the monitor ends, whose last lines are still
	 * in the pipe. */
	if (!lines || prctl(PR_SET_PDEATHSIG, 0) ||
	    sandbox_enter(SANDBOX_CHECKER))
		return 1;
	while (fgets(line, sizeof line, lines))
		terminal_pass_on(line);
	fclose(lines);
	return 0;
}
