/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal_test.c - lines on their way to a terminal, and when there is such a way
 * at all. */
#include "process/terminal.h"

#include "base/err.h"
#include "process/child.h"
#include "process/msg.h"
#include "process/sandbox.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- in place of processes and their sandbox --------------------------------------- */

static struct child started;
static int child_fd = -1; /* what the child got as FD_MAIN */
static bool cannot_start, cannot_enter;
static int entered = -1;

pid_t child_start(const struct child *c)
{
	if (cannot_start)
		return -1;
	started = *c;
	child_fd = fcntl(c->fd[0], F_DUPFD_CLOEXEC, 3);
	return 1 << 23;
}

int sandbox_enter(enum sandbox_kind kind)
{
	entered = (int)kind;
	return cannot_enter ? ERR_SYS : 0;
}

/* ---- the guard ---------------------------------------------------------------------- */

static int out, err;

/* Standard output and error are these, until `restore`. */
static void redirect(int to_out, int to_err)
{
	fflush(stdout);
	out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	ck_assert_int_ge(dup2(to_out, STDOUT_FILENO), 0);
	ck_assert_int_ge(dup2(to_err, STDERR_FILENO), 0);
}

static void restore(void)
{
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
}

static int open_terminal(int *master)
{
	char name[64];
	int fd;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(*master, 0);
	ck_assert_int_eq(grantpt(*master), 0);
	ck_assert_int_eq(unlockpt(*master), 0);
	ck_assert_int_eq(ptsname_r(*master, name, sizeof name), 0);
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	return fd;
}

static bool is_pipe(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISFIFO(st.st_mode);
}

START_TEST(log_is_a_terminal)
{
	const struct privs_user user = { false, 1, 2 };
	int master, tty = open_terminal(&master), r;
	char line[16] = "";
	bool pipes;

	redirect(tty, tty);
	r = terminal_guard(&user);
	pipes = is_pipe(STDOUT_FILENO) && is_pipe(STDERR_FILENO);
	ck_assert_int_eq(write(STDERR_FILENO, "a line\n", 7), 7);
	restore();
	ck_assert_int_eq(r, 0);
	ck_assert(pipes);
	ck_assert_str_eq(started.role, "aditd: terminal");
	ck_assert_ptr_eq(started.user, &user);
	ck_assert_int_eq(read(child_fd, line, sizeof line - 1), 7);
	ck_assert_str_eq(line, "a line\n");
	/* It ends with the last of those that write. */
	ck_assert_int_eq(read(child_fd, line, sizeof line), 0);
	close(child_fd);
	close(tty);
	close(master);
}
END_TEST

/* Output that was redirected to a file still goes there. */
START_TEST(output_is_a_file)
{
	int master, tty = open_terminal(&master);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), r;
	bool is_right;

	redirect(null, tty);
	r = terminal_guard(&(struct privs_user){ false, 1, 2 });
	is_right = !is_pipe(STDOUT_FILENO) && is_pipe(STDERR_FILENO);
	restore();
	ck_assert_int_eq(r, 0);
	ck_assert(is_right);
	close(child_fd);
	close(null);
	close(tty);
	close(master);
}
END_TEST

START_TEST(log_is_none)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), r;
	bool is_left;

	started = (struct child){ .role = NULL };
	redirect(null, null);
	r = terminal_guard(&(struct privs_user){ false, 1, 2 });
	is_left = !is_pipe(STDERR_FILENO);
	restore();
	ck_assert_int_eq(r, 0);
	ck_assert(is_left);
	ck_assert_ptr_null(started.role);
	close(null);
}
END_TEST

START_TEST(no_process)
{
	int master, tty = open_terminal(&master), r;
	bool is_left;

	cannot_start = true;
	redirect(tty, tty);
	r = terminal_guard(&(struct privs_user){ false, 1, 2 });
	is_left = isatty(STDERR_FILENO);
	restore();
	cannot_start = false;
	ck_assert_int_eq(r, ERR_SYS);
	ck_assert(is_left);
	close(tty);
	close(master);
}
END_TEST

/* ---- the process -------------------------------------------------------------------- */

/* Its exit status where these n bytes come, and then the end; `to` is its terminal.
 * FD_MAIN may be that of Check's own messages, so nothing is asserted meanwhile. */
static int pass_on(const char *text, size_t n, int to)
{
	int was = fcntl(FD_MAIN, F_DUPFD_CLOEXEC, 10), fd[2], status;

	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	ck_assert_int_eq(write(fd[1], text, n), (ssize_t)n);
	close(fd[1]);
	redirect(STDOUT_FILENO, to);
	dup2(fd[0], FD_MAIN);
	status = terminal_main();
	if (was >= 0)
		dup2(was, FD_MAIN);
	restore();
	close(was);
	return status;
}

/* The terminal gets `want` for these n bytes. */
static void comes_as(const char *text, size_t n, const char *want)
{
	static char got[65536];
	int fd[2];
	ssize_t k;

	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	ck_assert_int_eq(pass_on(text, n, fd[1]), 0);
	close(fd[1]);
	k = read(fd[0], got, sizeof got - 1);
	close(fd[0]);
	ck_assert_int_ge(k, 0);
	got[k] = 0;
	ck_assert_str_eq(got, want);
}

#define COMES_AS(text, want) comes_as(text, sizeof text - 1, want)

START_TEST(lines)
{
	COMES_AS("", "");
	COMES_AS("one\ntwo\n", "one\ntwo\n");
	COMES_AS("no end", "no end");
	ck_assert_int_eq(entered, SANDBOX_CHECKER);
}
END_TEST

/* Escape sequences that a terminal would obey. */
START_TEST(escape_sequences)
{
	COMES_AS("\033]0;title\007\n", "\\x1b]0;title\\x07\n");
	COMES_AS("a\rb\n", "a\\x0db\n");
}
END_TEST

/* Text behind a NUL byte is not lost. */
START_TEST(nul_bytes)
{
	COMES_AS("a\0b\nnext\n", "a\\x00b\nnext\n");
	COMES_AS("\0\0\n", "\\x00\\x00\n");
	COMES_AS("\n\0", "\n\\x00");
}
END_TEST

/* A long line is written in pieces, with one end. */
START_TEST(long_lines)
{
	static char text[5002], want[4 * 2047 + 1];

	memset(text, 'x', sizeof text);
	text[5000] = '\n';
	text[5001] = 0;
	comes_as(text, 5001, text);
	/* Each byte takes the most room that it can. */
	memset(text, 0, 2047);
	for (size_t i = 0; i < 2047; i++)
		memcpy(want + 4 * i, "\\x00", 4);
	comes_as(text, 2047, want);
}
END_TEST

START_TEST(no_sandbox)
{
	char nothing[4];
	int fd[2];

	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	cannot_enter = true;
	ck_assert_int_eq(pass_on("text\n", 5, fd[1]), 1);
	cannot_enter = false;
	close(fd[1]);
	ck_assert_int_eq(read(fd[0], nothing, sizeof nothing), 0);
	close(fd[0]);
}
END_TEST

/* If the terminal is gone, lines are lost, and writers do not wait. */
START_TEST(terminal_is_gone)
{
	int fd[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	close(fd[0]);
	ck_assert_int_eq(pass_on("one\ntwo\n", 8, fd[1]), 0);
	close(fd[1]);
}
END_TEST

SUITE("process/terminal", log_is_a_terminal, output_is_a_file, log_is_none,
      no_process, lines, escape_sequences, nul_bytes, long_lines, no_sandbox,
      terminal_is_gone)
