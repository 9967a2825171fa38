/* SPDX-License-Identifier: BSD-2-Clause */
/* child.c - starts this program again as another process of the gateway. */
#include "process/child.h"

#include "base/err.h"
#include "base/log.h"
#include "process/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Standard output goes to the log too, and there is nothing to be read: a child
 * must have no terminal, to which it could write commands. */
static int place_standard_files(const struct child *c)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int bad = null < 0 || dup2(null, STDIN_FILENO) < 0 ||
		  (c->error && dup2(c->error, STDERR_FILENO) < 0) ||
		  dup2(STDERR_FILENO, STDOUT_FILENO) < 0;

	if (null > STDERR_FILENO)
		close(null);
	return bad ? ERR_SYS : 0;
}

/* Puts the descriptors at their numbers: first at higher ones, so that none is
 * overwritten before it is copied. */
static int place_fds(const struct child *c)
{
	int high[CHILD_FDS];

	for (int i = 0; i < CHILD_FDS; i++) {
		high[i] = -1;
		if (c->fd[i] < 0)
			continue;
		high[i] = fcntl(c->fd[i], F_DUPFD, FD_MAIN + CHILD_FDS);
		if (high[i] < 0)
			return ERR_SYS;
	}
	for (int i = 0; i < CHILD_FDS; i++) {
		if (high[i] < 0)
			close(FD_MAIN + i);
		else if (dup2(high[i], FD_MAIN + i) < 0)
			return ERR_SYS;
	}
	return close_range(FD_MAIN + CHILD_FDS, ~0U, 0) ? ERR_SYS : 0;
}

int child_may_run(char *why, size_t cap)
{
	char path[4096];
	ssize_t n;
	int error;

	if (!access("/proc/self/exe", X_OK))
		return 0;
	error = errno;
	n = readlink("/proc/self/exe", path, sizeof path - 1);
	path[MAX(n, 0)] = 0;
	snprintf(why, cap,
		 "%s: the user that the worker runs as may not "
		 "execute it (%s): chmod a+rx %s",
		 path, strerror(error), path);
	return ERR_DENIED;
}

static void child_run(const struct child *c, pid_t parent)
{
	char name[32], why[4400] = "";
	char *argv[] = { name, NULL };
	sigset_t none;

	snprintf(name, sizeof name, "%s", c->role);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (c->variable)
		putenv((char *)(uintptr_t)c->variable);
	if (!place_standard_files(c) && !place_fds(c) &&
	    !privs_drop(c->user, parent) && !child_may_run(why, sizeof why))
		execv("/proc/self/exe", argv);
	if (!why[0])
		snprintf(why, sizeof why, "%s", strerror(errno));
	log_msg(LOG_ERROR, NULL, "the process \"%s\" cannot start: %s", c->role,
		why);
	_exit(127);
}

pid_t child_start(const struct child *c)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		child_run(c, parent);
	return pid;
}

const char *child_status(int status, char *dst, size_t cap)
{
	if (WIFSIGNALED(status))
		snprintf(dst, cap, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(dst, cap, "exit status %d", WEXITSTATUS(status));
	return dst;
}

int child_pair(int *ours, int *theirs)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return ERR_SYS;
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK)) {
		close(fd[0]);
		close(fd[1]);
		return ERR_SYS;
	}
	*ours = fd[0];
	*theirs = fd[1];
	return 0;
}
