/* SPDX-License-Identifier: BSD-2-Clause */
/* fence.h - runs a part of a test in a process that has entered a sandbox. */
#ifndef ADIT_TEST_FENCE_H
#define ADIT_TEST_FENCE_H

#include "process/sandbox.h"

#include <errno.h>

typedef int enter_fn(enum sandbox_kind);

/* Runs `what` in a child behind that fence.  Its exit status, or minus the
 * signal. */
int behind(enter_fn *enter, enum sandbox_kind kind, int (*what)(void));

/* 0, or the number of the line that did not hold. */
#define HOLDS(x)                                                               \
	do {                                                                   \
		errno = 0;                                                     \
		if (!(x))                                                      \
			return __LINE__ % 250 + 1;                             \
	} while (0)

#endif
