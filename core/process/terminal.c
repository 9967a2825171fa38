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

/* Reads a line with its end, or as much as there is room for; its length, 0 at
 * the end.  Not by fgets, which would not tell a NUL in it from its end. */
static size_t terminal_read(FILE *lines, char line[LINE_CAP])
{
	size_t n = 0;
	int c = 0;

	while (n < LINE_CAP - 1 && c != '\n' && (c = getc(lines)) != EOF)
		line[n++] = (char)c;
	line[n] = 0;
	return n;
}

static void terminal_pass_on(char line[LINE_CAP], size_t n)
{
	char text[4 * LINE_CAP + 8]; /* four for each byte, and log_escape's */
	bool whole = line[n - 1] == '\n';
	size_t at;

	n -= whole;
	line[n] = 0;
	at = log_escape_bytes(text, sizeof text, line, n);
	if (whole)
		text[at++] = '\n';
	terminal_put(text, at);
}

int terminal_main(void)
{
	FILE *lines = fdopen(FD_MAIN, "r");
	char line[LINE_CAP];
	size_t n;

	/* Must not be killed when the monitor ends, whose last lines are still
	 * in the pipe. */
	if (!lines || prctl(PR_SET_PDEATHSIG, 0) ||
	    sandbox_enter(SANDBOX_CHECKER))
		return 1;
	while ((n = terminal_read(lines, line)))
		terminal_pass_on(line, n);
	fclose(lines);
	return 0;
}
