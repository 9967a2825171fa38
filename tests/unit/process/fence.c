/* SPDX-License-Identifier: BSD-2-Clause */
/* fence.c - runs a part of a test in a process that has entered a sandbox. */
#include "fence.h"

#include <check.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_FENCE = 99 };

int behind(enter_fn *enter, enum sandbox_kind kind, int (*what)(void))
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(enter(kind) ? NO_FENCE : what());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}
