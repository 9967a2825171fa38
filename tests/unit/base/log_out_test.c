/* SPDX-License-Identifier: BSD-2-Clause */
/* log_out_test.c - a log that nobody reads stops no process, and says how many
 * lines are missing.
 *
 * Where a line would be waited for, a test ends by its timeout. */
#include "base/log.h"

#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { ALL = 2 << 20, FLOOD = 20000 };

static int near, far, old;
static char *seen;

/* Standard error becomes `fd`; `other` is where it is read. */
static void log_into(int fd, int other)
{
	near = fd;
	far = other;
	seen = malloc(ALL);
	ck_assert_ptr_nonnull(seen);
	ck_assert_int_eq(fcntl(far, F_SETFL, O_NONBLOCK), 0);
	old = dup(STDERR_FILENO);
	ck_assert_int_ge(dup2(near, STDERR_FILENO), 0);
	log_start("t", LOG_INFO);
	log_never_waits();
}

static const char *read_all(void)
{
	size_t at = 0;
	ssize_t n;

	while ((n = read(far, seen + at, ALL - 1 - at)) > 0)
		at += (size_t)n;
	seen[at] = 0;
	return seen;
}

static void end(void)
{
	/* What is missing here is told here. */
	read_all();
	log_msg(LOG_INFO, NULL, "the end");
	ck_assert_int_ge(dup2(old, STDERR_FILENO), 0);
	log_start("t", LOG_INFO);
	close(old);
	close(near);
	close(far);
	free(seen);
}

/* Lines that were read, and what a note says is missing; both are all of `n`. */
static void all_are_accounted_for(unsigned n, unsigned audit)
{
	static const char first[] = "t: warning: log lines lost here: ";
	static const char then[] = ", of them audit lines: ";
	const char *p = read_all(), *note;
	unsigned lines = 0, missing;
	char *rest;

	for (; (p = strchr(p, '\n')); p++)
		lines++;
	log_msg(LOG_INFO, NULL, "the next one");
	note = strstr(read_all(), first);
	ck_assert_msg(note, "no note: %.200s", seen);
	missing = (unsigned)strtoul(note + strlen(first), &rest, 10);
	ck_assert_msg(!strncmp(rest, then, strlen(then)), "%s", seen);
	ck_assert_uint_eq(strtoul(rest + strlen(then), NULL, 10), audit);
	ck_assert_uint_eq(lines + missing, n);
	ck_assert_uint_gt(missing, 0);
	ck_assert_ptr_nonnull(strstr(note, "\nt: the next one\n"));
	/* Said once. */
	log_msg(LOG_INFO, NULL, "after that");
	ck_assert_str_eq(read_all(), "t: after that\n");
}

static void flood(void)
{
	for (unsigned i = 0; i < FLOOD; i++)
		log_msg(LOG_INFO, NULL, "%u %0100u", i, 0);
}

START_TEST(a_pipe_that_nobody_reads)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	log_into(fds[1], fds[0]);
	flood();
	all_are_accounted_for(FLOOD, 0);
	end();
}
END_TEST

/* That one process finds room must not depend on what another one does. */
START_TEST(half_of_a_pipe_stays_free)
{
	int fds[2], unread;

	ck_assert_int_eq(pipe(fds), 0);
	log_into(fds[1], fds[0]);
	flood();
	unread = (int)strlen(read_all());
	ck_assert_int_le(unread, fcntl(fds[1], F_GETPIPE_SZ) / 2 + 200);
	end();
}
END_TEST

START_TEST(audit_lines_are_counted_apart)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	log_into(fds[1], fds[0]);
	flood();
	for (unsigned i = 0; i < 7; i++)
		log_audit("evt=%u", i);
	all_are_accounted_for(FLOOD + 7, 7);
	end();
}
END_TEST

/* As a shell or a supervisor gives it, whose O_NONBLOCK stays as it is. */
START_TEST(a_socket_that_nobody_reads)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	log_into(fds[1], fds[0]);
	flood();
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	all_are_accounted_for(FLOOD, 0);
	end();
}
END_TEST

static int terminal(int *master)
{
	struct termios raw;
	int fd;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	if (*master < 0 || grantpt(*master) || unlockpt(*master))
		return -1;
	fd = open(ptsname(*master), O_RDWR | O_NOCTTY);
	if (fd < 0 || tcgetattr(fd, &raw))
		return -1;
	cfmakeraw(&raw);
	return tcsetattr(fd, TCSANOW, &raw) ? -1 : fd;
}

START_TEST(a_terminal_that_is_stopped)
{
	int master, fd = terminal(&master);

	ck_assert_int_ge(fd, 0);
	log_into(fd, master);
	ck_assert_int_eq(tcflow(fd, TCOOFF), 0); /* Ctrl-S */
	for (unsigned i = 0; i < 10; i++)
		log_msg(LOG_INFO, NULL, "%u", i);
	ck_assert_int_eq(tcflow(fd, TCOON), 0);
	all_are_accounted_for(10, 0);
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	end();
}
END_TEST

/* The reader of the terminal is gone, as when an ssh connection hangs. */
START_TEST(a_terminal_that_nobody_shows)
{
	int master, fd = terminal(&master);

	ck_assert_int_ge(fd, 0);
	log_into(fd, master);
	flood();
	read_all();
	log_msg(LOG_INFO, NULL, "the next one");
	read_all();
	ck_assert_ptr_nonnull(strstr(seen, "log lines lost here: "));
	ck_assert_ptr_nonnull(strstr(seen, "\nt: the next one\n"));
	end();
}
END_TEST

/* /dev/full is a disk without room. */
START_TEST(a_disk_that_is_full)
{
	int fds[2], full = open("/dev/full", O_WRONLY);

	ck_assert_int_ge(full, 0);
	ck_assert_int_eq(pipe(fds), 0);
	log_into(full, fds[0]);
	log_msg(LOG_INFO, NULL, "lost");
	ck_assert_int_ge(dup2(fds[1], STDERR_FILENO), 0);
	log_msg(LOG_INFO, NULL, "written");
	ck_assert_ptr_nonnull(strstr(read_all(), "lost here: 1, of"));
	ck_assert_ptr_nonnull(strstr(seen, "\nt: written\n"));
	close(fds[1]);
	end();
}
END_TEST

/* A command waits for a slow reader of its output and loses nothing. */
START_TEST(commands_wait)
{
	char last[100];
	unsigned n;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	log_into(fds[1], fds[0]);
	log_start("t", LOG_INFO);
	/* More than what a gateway would leave unread. */
	n = (unsigned)fcntl(near, F_GETPIPE_SZ) * 3 / 4 / 100;
	for (unsigned i = 1; i <= n; i++)
		log_msg(LOG_INFO, NULL, "%080u", i);
	snprintf(last, sizeof last, "%080u\n", n);
	ck_assert_ptr_nonnull(strstr(read_all(), last));
	ck_assert_ptr_null(strstr(seen, "missing"));
	end();
}
END_TEST

SUITE("log_out", a_pipe_that_nobody_reads, half_of_a_pipe_stays_free,
      audit_lines_are_counted_apart, a_socket_that_nobody_reads,
      a_terminal_that_is_stopped, a_terminal_that_nobody_shows,
      a_disk_that_is_full, commands_wait)
