/* SPDX-License-Identifier: BSD-2-Clause */
/* log_side_test.c - the process that sends the log on: it is started, again where
 * it dies, and anew after an upgrade; the pipe stays. */
#include "monitor/log_side.h"

#include "base/log.h"
#include "process/child.h"
#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- in place of processes ---------------------------------------------------------- */

static struct child started;
static char variable[256];
static struct stat their_pipe, their_error;
static unsigned starts, fail;

pid_t child_start(const struct child *c)
{
	pid_t pid = -1;

	started = *c;
	snprintf(variable, sizeof variable, "%s", c->variable);
	ck_assert_int_eq(fstat(c->fd[0], &their_pipe), 0);
	ck_assert_int_eq(fstat(c->error, &their_error), 0);
	if (fail)
		fail--;
	else
		pid = fork();
	if (!pid)
		for (;;)
			pause();
	starts++;
	return pid;
}

const char *child_status(int status, char *dst, size_t cap)
{
	snprintf(dst, cap, "status %d", status);
	return dst;
}

/* ---- the side ----------------------------------------------------------------------- */

static const struct privs_user user = { false, 1, 2 };
static int old_error, own[2];
static struct log_side_conf conf;

/* Standard error is a pipe of the test, `own`. */
static void begin(void)
{
	starts = 0;
	conf = (struct log_side_conf){ .loop = ev_default_loop(0),
				       .user = &user,
				       .to = "syslog:/run/here" };
	old_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 20);
	ck_assert_int_eq(pipe2(own, O_CLOEXEC), 0);
	ck_assert_int_ge(dup2(own[1], STDERR_FILENO), 0);
}

static void end(struct log_side *s)
{
	pid_t pid = log_side_pid(s);

	log_side_free(s);
	if (pid) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	dup2(old_error, STDERR_FILENO);
	close(old_error);
	close(own[0]);
	close(own[1]);
	unsetenv(LOG_RELAY_STREAM);
	log_start("t", LOG_INFO);
}

static bool is_own(const struct stat *st)
{
	struct stat mine;

	return !fstat(own[1], &mine) && mine.st_ino == st->st_ino;
}

static bool is_pipe_of(const struct stat *st)
{
	struct stat mine;

	return !fstat(STDERR_FILENO, &mine) && mine.st_ino == st->st_ino &&
	       mine.st_dev == st->st_dev;
}

/* What waits in the pipe. */
static const char *waiting(const struct log_side *s)
{
	static char got[4096];
	ssize_t n;

	ck_assert_uint_gt(log_side_waiting(s), 0);
	n = read(log_side_ends(s).pipe, got, sizeof got - 1);
	ck_assert_int_gt(n, 0);
	got[n] = 0;
	ck_assert_uint_eq(log_side_waiting(s), 0);
	return got;
}

static void until_starts(unsigned n)
{
	while (starts < n)
		ev_run(conf.loop, EVRUN_ONCE);
}

START_TEST(everybody_logs_into_the_pipe)
{
	struct log_side *s;
	const char *line;

	begin();
	s = log_side_new(&conf);
	ck_assert_ptr_nonnull(s);
	ck_assert_str_eq(started.role, "aditd: log");
	ck_assert_ptr_eq(started.user, &user);
	ck_assert_str_eq(variable, "ADITD_LOG_TO=syslog:/run/here");
	ck_assert(is_pipe_of(&their_pipe));
	ck_assert(is_own(&their_error));
	ck_assert_uint_eq(log_side_waiting(s), 0);
	log_msg(LOG_WARN, "who", "what");
	line = waiting(s);
	ck_assert_int_eq(strncmp(line, "<4 ", 3), 0);
	ck_assert_ptr_nonnull(strstr(line, ">warning: who: what\n"));
	end(s);
}
END_TEST

START_TEST(killed)
{
	struct log_side *s;
	pid_t first;

	begin();
	s = log_side_new(&conf);
	first = log_side_pid(s);
	kill(first, SIGKILL);
	/* A failure of the next one is not the last word, either. */
	fail = 1;
	until_starts(3);
	ck_assert_int_ne(log_side_pid(s), first);
	ck_assert(is_pipe_of(&their_pipe));
	ck_assert(is_own(&their_error));
	ck_assert_ptr_nonnull(strstr(waiting(s), "the process that sends the "
						 "log on ended: "));
	end(s);
}
END_TEST

START_TEST(adopted)
{
	struct log_side *s, *next;
	struct log_ends ends;

	begin();
	s = log_side_new(&conf);
	ends = log_side_ends(s);
	ends.pipe = fcntl(ends.pipe, F_DUPFD_CLOEXEC, 3);
	ends.error = fcntl(ends.error, F_DUPFD_CLOEXEC, 3);
	log_side_free(s);
	next = log_side_adopt(&conf, &ends);
	until_starts(2);
	ck_assert_int_ne(log_side_pid(next), ends.pid);
	ck_assert(is_pipe_of(&their_pipe));
	ck_assert(is_own(&their_error));
	/* That it has ended is no error here. */
	ck_assert_uint_eq(log_side_waiting(next), 0);
	end(next);
}
END_TEST

/* It had just died when the upgrade began. */
START_TEST(adopted_without_a_process)
{
	struct log_side *s, *next;
	struct log_ends ends;

	begin();
	fail = 1;
	s = log_side_new(&conf);
	ends = log_side_ends(s);
	ck_assert_int_eq(ends.pid, 0);
	ends.pipe = fcntl(ends.pipe, F_DUPFD_CLOEXEC, 3);
	ends.error = fcntl(ends.error, F_DUPFD_CLOEXEC, 3);
	fail = 1; /* also for the last lines */
	log_side_free(s);
	ck_assert_uint_eq(starts, 2);
	next = log_side_adopt(&conf, &ends);
	ck_assert_uint_eq(starts, 3);
	ck_assert_int_gt(log_side_pid(next), 0);
	end(next);
}
END_TEST

START_TEST(none)
{
	ck_assert_uint_eq(log_side_waiting(NULL), 0);
	ck_assert_int_eq(log_side_pid(NULL), 0);
	ck_assert_int_eq(log_side_ends(NULL).pipe, -1);
	log_side_free(NULL);
}
END_TEST

SUITE("monitor/log_side", everybody_logs_into_the_pipe, killed, adopted,
      adopted_without_a_process, none)
