/* SPDX-License-Identifier: BSD-2-Clause */
/* secret_test.c - passwords from files and from terminals. */
#include "control/secret.h"

#include "base/err.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "suite.h"

enum { CAP = 16 };

static char got[CAP], why[SECRET_WHY];

/* From a pipe that holds `n` bytes of text; *left gets what was not read. */
static int read_text(const char *text, size_t n, char left[64])
{
	int ends[2], r;
	ssize_t k;

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], text, n), (ssize_t)n);
	close(ends[1]);
	memset(got, 'x', sizeof got);
	r = secret_read(ends[0], got, sizeof got, why);
	k = read(ends[0], left, 63);
	left[k > 0 ? k : 0] = 0;
	close(ends[0]);
	return r;
}

static void gives(const char *text, const char *password, const char *rest)
{
	char left[64];

	ck_assert_int_eq(read_text(text, strlen(text), left), 0);
	ck_assert_str_eq(got, password);
	ck_assert_str_eq(left, rest);
	ck_assert_str_eq(why, "");
}

static void fails(const char *text, size_t n, const char *part)
{
	char left[64];

	ck_assert_int_eq(read_text(text, n, left), ERR_INVAL);
	ck_assert_msg(strstr(why, part), "%s", why);
}

START_TEST(lines)
{
	gives("secret\n", "secret", "");
	gives("secret\r\nmore\n", "secret", "more\n");
	gives("no end", "no end", "");
	gives(" blanks stay \n", " blanks stay ", "");
	gives("fifteen letters\n", "fifteen letters", "");
	fails("sixteen  letters\n", 17, "longer than 15 bytes");
	fails("a\0b\n", 4, "NUL byte");
	fails("\n", 1, "is empty");
	fails("\r\n", 2, "is empty");
	fails("", 0, "is empty");
	ck_assert_int_eq(secret_read(-1, got, sizeof got, why), ERR_SYS);
	ck_assert_ptr_nonnull(strstr(why, "cannot read"));
}
END_TEST

/* ---- terminals ----------------------------------------------------------------- */

struct typist {
	int master;
	const char *words; /* typed when the question is there */
	char seen[200];    /* what the terminal has shown */
};

static void *type_words(void *ctx)
{
	struct typist *t = ctx;
	size_t n = 0;
	ssize_t k;

	while (!strchr(t->seen, ':') && n < sizeof t->seen - 1) {
		k = read(t->master, t->seen + n, sizeof t->seen - 1 - n);
		if (k <= 0)
			return NULL;
		n += (size_t)k;
	}
	if (write(t->master, t->words, strlen(t->words)) < 0)
		t->words = NULL;
	return NULL;
}

static int open_terminal(int *master)
{
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(*master, 0);
	ck_assert_int_eq(grantpt(*master), 0);
	ck_assert_int_eq(unlockpt(*master), 0);
	slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	return slave;
}

START_TEST(asked_on_a_terminal)
{
	struct typist t = { .words = "secret\n" };
	int slave = open_terminal(&t.master);
	const struct secret_prompt p = { .in = slave,
					 .out = slave,
					 .text = "password for bob: " };
	struct termios after;
	pthread_t thread;
	char shown[64];
	ssize_t n;

	ck_assert_int_eq(pthread_create(&thread, NULL, type_words, &t), 0);
	ck_assert_int_eq(secret_ask(&p, got, sizeof got, why), 0);
	pthread_join(thread, NULL);
	ck_assert_str_eq(got, "secret");
	ck_assert_str_eq(t.seen, "password for bob: ");
	ck_assert_int_eq(tcgetattr(slave, &after), 0);
	ck_assert(after.c_lflag & ECHO);
	/* The end of the line is shown, the word is not. */
	n = read(t.master, shown, sizeof shown);
	ck_assert_int_eq(n, 2);
	ck_assert_int_eq(memcmp(shown, "\r\n", 2), 0);
	close(slave);
	close(t.master);
}
END_TEST

/* In a process of its own. */
static void ask_and_end(int slave)
{
	const struct secret_prompt p = { .in = slave,
					 .out = slave,
					 .text = "password: " };

	signal(SIGTERM, SIG_DFL); /* Check has a handler of its own */
	_exit(secret_ask(&p, got, sizeof got, why) ? 3 : 0);
}

START_TEST(signal_ends_it)
{
	struct typist t = { .words = "" };
	int slave = open_terminal(&t.master), status = 0;
	struct termios after;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (!pid)
		ask_and_end(slave);
	type_words(&t);
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGTERM);
	ck_assert_int_eq(tcgetattr(slave, &after), 0);
	ck_assert(after.c_lflag & ECHO);
	close(slave);
	close(t.master);
}
END_TEST

START_TEST(no_terminal)
{
	int ends[2];
	struct secret_prompt p = { .text = "password: " };

	ck_assert_int_eq(pipe(ends), 0);
	p.in = ends[0];
	p.out = ends[1];
	ck_assert_int_eq(secret_ask(&p, got, sizeof got, why), ERR_NOTFOUND);
	ck_assert_ptr_nonnull(strstr(why, "--password-stdin"));
	close(ends[0]);
	close(ends[1]);
}
END_TEST

SUITE("control/secret", lines, asked_on_a_terminal, signal_ends_it, no_terminal)
