/* SPDX-License-Identifier: BSD-2-Clause */
/* password_command_test.c - password_command: commands that print a password,
 * and those that fail. */
#include "adit/cli.h"
#include "adit/password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "suite.h"

static char got[PASSWORD_CAP];
static bool no_pidfd;

/* A machine that has no descriptor left, or valgrind, which knows no such
 * call. */
int pidfd_open(pid_t pid, unsigned flags)
{
	if (!no_pidfd)
		return (int)syscall(SYS_pidfd_open, pid, flags);
	errno = EMFILE;
	return -1;
}

/* What is said about it on standard error is not looked at here. */
static int ask(const char *command, int timeout_ms)
{
	struct password_command c = { command, timeout_ms };

	memset(got, 0, sizeof got);
	return password_from_command(&c, got);
}

START_TEST(the_first_line_counts)
{
	ck_assert_int_eq(ask("echo secret", 5000), CLI_OK);
	ck_assert_str_eq(got, "secret");
	ck_assert_int_eq(ask("printf 'a b\\r\\nuser: x\\n'", 5000), CLI_OK);
	ck_assert_str_eq(got, "a b");
	ck_assert_int_eq(ask("printf 'no end' | cat", 5000), CLI_OK);
	ck_assert_str_eq(got, "no end");
}
END_TEST

START_TEST(much_behind_it_is_read)
{
	ck_assert_int_eq(ask("echo secret; head -c 200000 /dev/zero", 5000),
			 CLI_OK);
	ck_assert_str_eq(got, "secret");
}
END_TEST

START_TEST(no_password)
{
	ck_assert_int_eq(ask("echo secret; exit 3", 5000), CLI_FAILED);
	ck_assert_int_eq(ask("/nonexistent/program", 5000), CLI_FAILED);
	ck_assert_int_eq(ask("kill -9 $$", 5000), CLI_FAILED);
	ck_assert_int_eq(ask("echo", 5000), CLI_FAILED);
	ck_assert_int_eq(ask(":", 5000), CLI_FAILED);
	ck_assert_int_eq(ask("printf 'a\\000b\\n'", 5000), CLI_FAILED);
	ck_assert_int_eq(ask("head -c 5000 /dev/zero | tr '\\000' x", 5000),
			 CLI_FAILED);
}
END_TEST

/* The command does not read from the standard input of adit. */
START_TEST(no_terminal)
{
	ck_assert_int_eq(ask("read line; echo \"[$line]\"; "
			     "test ! -t 0 && ! true 2>&- </dev/tty",
			     5000),
			 CLI_OK);
	ck_assert_str_eq(got, "[]");
}
END_TEST

/* After the timeout the command and its children are killed. */
START_TEST(too_slow)
{
	char command[100], pid[20] = "";
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	snprintf(command, sizeof command, "sleep 1000 & echo $! >&%d; wait",
		 fd[1]);
	ck_assert_int_eq(ask(command, 300), CLI_FAILED);
	ck_assert_int_gt(read(fd[0], pid, sizeof pid - 1), 0);
	close(fd[1]);
	/* The end comes when the last of them is gone. */
	ck_assert_int_eq(read(fd[0], pid, 1), 0);
	close(fd[0]);
}
END_TEST

/* The command has closed its output, but its process still runs: it is waited
 * for until the timeout. */
START_TEST(silent)
{
	ck_assert_int_eq(ask("echo secret; exec >&-; exec sleep 1000", 300),
			 CLI_FAILED);
	ck_assert_int_eq(ask("echo secret; exec >&-; exec sleep 0.1", 5000),
			 CLI_OK);
	ck_assert_str_eq(got, "secret");
}
END_TEST

START_TEST(silent_without_pidfd)
{
	no_pidfd = true;
	ck_assert_int_eq(ask("echo secret; exec >&-; exec sleep 1000", 300),
			 CLI_FAILED);
	ck_assert_int_eq(ask("echo secret; exec >&-; exec sleep 0.1", 5000),
			 CLI_OK);
	ck_assert_str_eq(got, "secret");
	ck_assert_int_eq(ask("exit 3", 5000), CLI_FAILED);
}
END_TEST

SUITE("password_command", the_first_line_counts, much_behind_it_is_read,
      no_password, no_terminal, too_slow, silent, silent_without_pidfd)
