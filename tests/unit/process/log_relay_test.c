/* SPDX-License-Identifier: BSD-2-Clause */
/* log_relay_test.c - the process that sends the log on: its receiver comes late,
 * stands still, and goes; it is killed itself. */
#include "process/log_relay.h"

#include "base/err.h"
#include "base/log.h"
#include "process/msg.h"
#include "process/sandbox.h"
#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* It would forbid the sanitizers' and valgrind's own calls. */
static bool cannot_enter;

int sandbox_enter(enum sandbox_kind kind)
{
	return kind != SANDBOX_LOG || cannot_enter ? ERR_SYS : 0;
}

/* ---- a relay in a process of its own ------------------------------------------------ */

static char dir[64], path[100], setting[160];
static int in[2], error[2], receiver;
static pid_t pid;

static void relay_starts(void)
{
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid)
		return;
	close(in[1]);
	if (dup2(error[1], STDERR_FILENO) < 0 || dup2(in[0], FD_MAIN) < 0 ||
	    close_range(FD_MAIN + 1, ~0U, 0) ||
	    setenv(LOG_RELAY_TO, setting, 1))
		_exit(99);
	log_start("aditd", LOG_INFO);
	_exit(log_relay_main());
}

static void begin(void)
{
	/* Away from the numbers of FD_MAIN and of what the child opens. */
	int fd[2];

	snprintf(dir, sizeof dir, "/tmp/adit-log-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/socket", dir);
	snprintf(setting, sizeof setting, "syslog:%s", path);
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	for (int i = 0; i < 2; i++) {
		in[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, 20);
		close(fd[i]);
	}
	ck_assert_int_eq(pipe2(fd, O_CLOEXEC), 0);
	for (int i = 0; i < 2; i++) {
		error[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, 20);
		close(fd[i]);
	}
	receiver = -1;
}

static void receiver_comes(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
	ck_assert_int_eq(bind(receiver, (struct sockaddr *)&un, sizeof un), 0);
}

static void receiver_goes(void)
{
	close(receiver);
	unlink(path);
}

/* The next message, behind its head. */
static const char *hears(void)
{
	static char got[32768];
	const char *text;
	ssize_t n = recv(receiver, got, sizeof got - 1, 0);

	ck_assert_int_ge(n, 0);
	got[n] = 0;
	text = strstr(got, " - - ");
	return text ? text + 5 : got;
}

/* The same for a line "number N", past what a relay says itself. */
static unsigned hears_number(void)
{
	const char *text = hears();
	char want[64];
	unsigned n;

	if (strstr(text, "took no lines"))
		text = hears();
	n = (unsigned)strtoul(text + strlen("number "), NULL, 10);
	snprintf(want, sizeof want, "number %06u", n);
	ck_assert_str_eq(text, want);
	return n;
}

static void writes(const char *text, size_t n)
{
	ck_assert_int_eq(write(in[1], text, n), (ssize_t)n);
}

#define WRITES(text) writes(text, sizeof text - 1)

/* What it has said at its own standard error until this. */
static bool complains(const char *of)
{
	static char got[4096];
	size_t at = 0;
	ssize_t n;

	while (!strstr(got, of)) {
		n = read(error[0], got + at, sizeof got - 1 - at);
		if (n <= 0)
			return false;
		at += (size_t)n;
		got[at] = 0;
	}
	memset(got, 0, sizeof got);
	return true;
}

static int ends(void)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

static void nobody_writes(void)
{
	close(in[1]);
	in[1] = -1;
}

static int last(void)
{
	int status;

	if (in[1] >= 0)
		nobody_writes();
	status = ends();
	close(in[0]);
	close(error[0]);
	close(error[1]);
	receiver_goes();
	rmdir(dir);
	return status;
}

/* ---- lines -------------------------------------------------------------------------- */

START_TEST(lines)
{
	begin();
	receiver_comes();
	relay_starts();
	WRITES("<6 1.000000>one\n<4 1.000000>warning: two\n");
	ck_assert_str_eq(hears(), "one");
	ck_assert_str_eq(hears(), "warning: two");
	WRITES("\n\nthree");
	WRITES(" goes on\nfour\0five\n");
	ck_assert_str_eq(hears(), "three goes on");
	ck_assert_str_eq(hears(), "four\\x00five");
	WRITES("without an end");
	ck_assert_int_eq(last(), 0);
}
END_TEST

START_TEST(the_last_line_has_no_end)
{
	begin();
	receiver_comes();
	relay_starts();
	WRITES("one\ntwo");
	nobody_writes();
	ck_assert_str_eq(hears(), "one");
	ck_assert_str_eq(hears(), "two");
	ck_assert_int_eq(last(), 0);
}
END_TEST

/* Pieces of 4,096 bytes. */
START_TEST(long_lines)
{
	static char text[9000];

	begin();
	receiver_comes();
	relay_starts();
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\n';
	writes(text, sizeof text);
	ck_assert_uint_eq(strlen(hears()), 4096);
	ck_assert_uint_eq(strlen(hears()), 4096);
	ck_assert_uint_eq(strlen(hears()), 8999 - 8192);
	WRITES("next\n");
	ck_assert_str_eq(hears(), "next");
	ck_assert_int_eq(last(), 0);
}
END_TEST

START_TEST(many_lines)
{
	char line[64];
	const unsigned all = suite_rounds(3000);
	unsigned heard = 0;

	begin();
	receiver_comes();
	relay_starts();
	for (unsigned i = 0; i < all; i++) {
		int n = snprintf(line, sizeof line, "number %06u\n", i);

		writes(line, (size_t)n);
		for (; heard + 20 < i; heard++)
			ck_assert_uint_eq(hears_number(), heard);
	}
	for (; heard < all; heard++)
		ck_assert_uint_eq(hears_number(), heard);
	ck_assert_int_eq(last(), 0);
}
END_TEST

/* ---- receivers ---------------------------------------------------------------------- */

START_TEST(receiver_comes_late)
{
	begin();
	relay_starts();
	WRITES("one\ntwo\n");
	ck_assert(complains("takes no lines: No such file"));
	receiver_comes();
	ck_assert_str_eq(hears(), "one");
	ck_assert_ptr_nonnull(strstr(hears(), "took no lines for "));
	ck_assert_str_eq(hears(), "two");
	ck_assert(complains("takes lines again, after "));
	ck_assert_int_eq(last(), 0);
}
END_TEST

START_TEST(receiver_is_started_anew)
{
	begin();
	receiver_comes();
	relay_starts();
	WRITES("one\n");
	ck_assert_str_eq(hears(), "one");
	receiver_goes();
	WRITES("two\n");
	receiver_comes();
	WRITES("three\n");
	ck_assert_str_eq(hears(), "two");
	ck_assert_str_eq(hears(), "three");
	ck_assert_int_eq(last(), 0);
}
END_TEST

/* It stands still, so the pipe fills; the writer sees that, and does not wait. */
static unsigned fill(void)
{
	char line[64];
	unsigned n = 0;

	ck_assert_int_eq(fcntl(in[1], F_SETFL, O_NONBLOCK), 0);
	for (;; n++) {
		int len = snprintf(line, sizeof line, "number %06u\n", n);

		if (write(in[1], line, (size_t)len) != len)
			return n;
	}
}

START_TEST(receiver_stands_still)
{
	unsigned n;

	begin();
	receiver_comes();
	relay_starts();
	n = fill();
	ck_assert(complains("takes no lines: it does not read"));
	for (unsigned i = 0; i < n; i++)
		ck_assert_uint_eq(hears_number(), i);
	ck_assert_int_eq(last(), 0);
}
END_TEST

/* Nobody will read the rest: it must not stay for ever. */
START_TEST(receiver_stands_still_at_the_end)
{
	begin();
	receiver_comes();
	relay_starts();
	fill();
	nobody_writes();
	ck_assert(complains("the last lines are lost"));
	ck_assert_int_eq(last(), 0);
}
END_TEST

/* ---- its own end -------------------------------------------------------------------- */

/* Each line comes, in order; the one at which it was killed may come twice. */
START_TEST(killed_at_any_time)
{
	unsigned n, twice = 0, times = suite_rounds(10);

	begin();
	receiver_comes();
	relay_starts();
	n = fill();
	for (unsigned i = 0; i < n; i++) {
		unsigned at = hears_number();

		if (at + 1 == i) {
			twice++;
			i--;
			continue;
		}
		ck_assert_uint_eq(at, i);
		if (i % (n / times) == 1) {
			kill(pid, SIGKILL);
			ck_assert_int_eq(ends(), SIGKILL);
			relay_starts();
		}
	}
	ck_assert_uint_le(twice, times + 1);
	ck_assert_int_eq(last(), 0);
}
END_TEST

START_TEST(cannot_begin)
{
	begin();
	snprintf(setting, sizeof setting, "syslog:nowhere");
	relay_starts();
	ck_assert_int_eq(last(), 1 << 8);
	cannot_enter = true;
	begin();
	relay_starts();
	cannot_enter = false;
	ck_assert_int_eq(last(), 1 << 8);
}
END_TEST

SUITE("process/log_relay", lines, the_last_line_has_no_end, long_lines,
      many_lines, receiver_comes_late, receiver_is_started_anew,
      receiver_stands_still, receiver_stands_still_at_the_end,
      killed_at_any_time, cannot_begin)
