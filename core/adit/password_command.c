/* SPDX-License-Identifier: BSD-2-Clause */
/* password_command.c - reads the password from the output of a program. */
#include "adit/password.h"

#include "adit/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 20 };

static long command_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs in a session of its own: it has no terminal to wait for, and can be
 * killed with all processes that it starts. */
static void command_exec(const char *command, int out)
{
	int null = open("/dev/null", O_RDONLY);

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* 1: data or the end can be read; else the timeout is over. */
static int wait_readable(int fd, long until)
{
	struct pollfd p = { fd, POLLIN, 0 };
	long left;
	int r;

	do {
		left = until - command_now_ms();
		r = left > 0 ? poll(&p, 1, (int)left) : 0;
	} while (r < 0 && errno == EINTR);
	return r;
}

/* Reads the first line, byte by byte, so that no other buffer has a copy of it.
 * What follows is read and dropped, so that the program can end.  *n is the
 * length of the line, PASSWORD_CAP if it is too long.  False: the timeout is
 * over. */
static bool command_read(int fd, long until, char *dst, size_t *n)
{
	bool line = true, over = false;
	char rest[4096];

	for (*n = 0; !over && wait_readable(fd, until) == 1;) {
		bool mine = line && *n < PASSWORD_CAP;

		over = read(fd, mine ? dst + *n : rest,
			    mine ? 1 : sizeof rest) <= 0;
		if (over || !mine)
			continue;
		line = dst[*n] != '\n';
		*n += line;
	}
	explicit_bzero(rest, sizeof rest);
	return over;
}

/* The same without a descriptor for the process. */
static bool looks_ended(pid_t child, long until)
{
	siginfo_t info = { .si_pid = 0 };

	while (!waitid(P_PID, (id_t)child, &info,
		       WEXITED | WNOHANG | WNOWAIT) &&
	       !info.si_pid && command_now_ms() < until)
		poll(NULL, 0, LOOK_MS);
	return info.si_pid;
}

/* Waits for the end of the process, which may go on without its output.  False:
 * the timeout is over. */
static bool has_ended(pid_t child, long until)
{
	int fd = pidfd_open(child, 0);
	bool ended;

	if (fd < 0)
		return looks_ended(child, until);
	ended = wait_readable(fd, until) == 1;
	close(fd);
	return ended;
}

static int command_judge(const char *command, int state)
{
	if (WIFEXITED(state) && !WEXITSTATUS(state))
		return CLI_OK;
	if (WIFSIGNALED(state))
		return cli_fail(CLI_FAILED,
				"password_command = %s: was killed by "
				"signal %d",
				command, WTERMSIG(state));
	return cli_fail(CLI_FAILED,
			"password_command = %s: ended with status "
			"%d; try it in a shell",
			command, WEXITSTATUS(state));
}

static int command_take(const struct password_command *c, pid_t child, int fd,
			char *dst)
{
	long until = command_now_ms() + c->timeout_ms;
	bool in_time;
	int state = 0, status;
	size_t n;

	in_time = command_read(fd, until, dst, &n);
	close(fd);
	in_time = in_time && has_ended(child, until);
	if (!in_time)
		kill(-child, SIGKILL);
	while (waitpid(child, &state, 0) < 0 && errno == EINTR)
		;
	if (!in_time)
		return cli_fail(CLI_FAILED,
				"password_command = %s: did not end "
				"within %d seconds",
				c->command, c->timeout_ms / 1000);
	status = command_judge(c->command, state);
	return status ? status : password_line("password_command", dst, n);
}

int password_from_command(const struct password_command *c, char *dst)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return cli_fail(CLI_FAILED, "cannot make a pipe: %s",
				strerror(errno));
	fflush(NULL);
	child = fork();
	if (!child)
		command_exec(c->command, ends[1]);
	close(ends[1]);
	if (child > 0)
		return command_take(c, child, ends[0], dst);
	close(ends[0]);
	return cli_fail(CLI_FAILED, "cannot start password_command: %s",
			strerror(errno));
}
