/* SPDX-License-Identifier: BSD-2-Clause */
/* forbidden_test.c - no forbidden system call gets through, in any sandbox. */
#include "process/sanitized.h"

#include <stdio.h>

#if defined(HAVE_SECCOMP) && !defined(SANITIZED)

#include "process/sandbox.h"

#include "forbidden.h"
#include "suite.h"

#include <string.h>
#include <sys/wait.h>

static const struct kind {
	enum sandbox_kind kind;
	int whom;
} kinds[] = {
	{ SANDBOX_WORKER, BY_WORKER },   { SANDBOX_RESOLVER, BY_RESOLVER },
	{ SANDBOX_WEB, BY_WEB },         { SANDBOX_LOG, BY_LOG },
	{ SANDBOX_CHECKER, BY_CHECKER },
};

/* Tells the name of what went through, if anything did. */
static int try_all(const struct kind *k, int to)
{
	const char *passed = "sandbox_enter";

	if (!sandbox_enter(k->kind))
		passed = forbidden_passed(k->whom);
	return passed && write(to, passed, strlen(passed)) < 0;
}

static void in_child(const struct kind *k, char *passed, size_t cap)
{
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(try_all(k, ends[1]));
	close(ends[1]);
	n = read(ends[0], passed, cap - 1);
	ck_assert_int_ge(n, 0);
	passed[n] = 0;
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

START_TEST(refused)
{
	char passed[64];

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		in_child(&kinds[i], passed, sizeof passed);
		ck_assert_str_eq(passed, "");
	}
}
END_TEST

static int signal_of(const struct kind *k, const struct forbidden *f)
{
	pid_t pid = fork();
	int status;

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(sandbox_enter(k->kind) ? 1 : forbidden_try(f));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(ended)
{
	const struct forbidden *f = deadly;

	for (; f < deadly + sizeof deadly / sizeof deadly[0]; f++)
		for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
			ck_assert_msg(signal_of(&kinds[i], f) == SIGSYS,
				      "%s, kind %zu", f->name, i);
}
END_TEST

SUITE("process/forbidden", refused, ended)

#else

/* sandbox_enter does not filter here, so there is nothing to try. */
int main(void)
{
	puts("1..1");
	puts("ok 1 - forbidden # SKIP no seccomp, or a sanitizer is at work");
	return 0;
}

#endif
