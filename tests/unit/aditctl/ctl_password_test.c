/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_password_test.c - a password typed twice, and its hash. */
#include "aditctl/ctl.h"
#include "stage.h"
#include "suite.h"

#include <crypt.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char got[32];

static int read_password(bool from_stdin)
{
	int status;

	memset(got, 0, sizeof got);
	stage_begin();
	status = ctl_password(from_stdin, "bob", got, sizeof got);
	stage_end();
	return status;
}

START_TEST(from_standard_input)
{
	stage_type("secret\nmore\n");
	ck_assert_int_eq(read_password(true), CTL_OK);
	ck_assert_str_eq(got, "secret");
	stage_type("\n");
	ck_assert_int_eq(read_password(true), CTL_FAILED);
	STAGE_HAS(stage_err, "the password is empty");
	/* A pipe is no terminal to ask on. */
	stage_type("secret\nsecret\n");
	ck_assert_int_eq(read_password(false), CTL_FAILED);
	STAGE_HAS(stage_err, "--password-stdin");
}
END_TEST

struct typist {
	int master;
	const char *words[2]; /* for the first question, and for the second */
};

/* Questions come by standard error, which is the terminal's too. */
static void *answer_questions(void *ctx)
{
	const struct typist *t = ctx;
	char c = 0;

	for (size_t i = 0; i < ARRAY_LEN(t->words); i++) {
		do {
			if (read(t->master, &c, 1) != 1)
				return NULL;
		} while (c != ':');
		if (write(t->master, t->words[i], strlen(t->words[i])) < 0)
			return NULL;
	}
	return NULL;
}

/* Standard input and standard error become a terminal for this. */
static int ask_twice(const char *first, const char *second)
{
	struct typist t = { .words = { first, second } };
	int err = dup(STDERR_FILENO), slave, status;
	pthread_t thread;

	t.master = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(t.master, 0);
	ck_assert_int_eq(grantpt(t.master), 0);
	ck_assert_int_eq(unlockpt(t.master), 0);
	slave = open(ptsname(t.master), O_RDWR | O_NOCTTY);
	ck_assert_int_eq(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(dup2(slave, STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(pthread_create(&thread, NULL, answer_questions, &t),
			 0);
	status = read_password(false);
	ck_assert_int_eq(dup2(err, STDERR_FILENO), STDERR_FILENO);
	pthread_join(thread, NULL);
	close(err);
	close(slave);
	close(t.master);
	return status;
}

START_TEST(typed_twice)
{
	ck_assert_int_eq(ask_twice("secret\n", "secret\n"), CTL_OK);
	ck_assert_str_eq(got, "secret");
	ck_assert_int_eq(ask_twice("secret\n", "secrte\n"), CTL_FAILED);
	STAGE_HAS(stage_err, "the two passwords are not the same");
}
END_TEST

START_TEST(hashes)
{
	struct crypt_data data = { .initialized = 0 };
	char hash[400], small[10];

	ck_assert_int_eq(ctl_hash("secret", hash, sizeof hash), CTL_OK);
	ck_assert_int_eq(strncmp(hash, "$y$", 3), 0);
	ck_assert_str_eq(crypt_r("secret", hash, &data), hash);
	/* Half a hash is none. */
	stage_begin();
	ck_assert_int_eq(ctl_hash("secret", small, sizeof small), CTL_FAILED);
	stage_end();
	STAGE_HAS(stage_err, "yescrypt");
}
END_TEST

SUITE("aditctl/ctl_password", from_standard_input, typed_twice, hashes)
