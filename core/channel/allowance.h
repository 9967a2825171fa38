/* SPDX-License-Identifier: BSD-2-Clause */
/* allowance.h - how many bytes a session may still move in one direction.
 *
 * Two counts: `given` is changed by whoever shares a rate among sessions, from
 * any thread, `used` by the thread of the session alone.  So nobody waits for a
 * lock where bytes move.  One read or write may take more than is left: the
 * count goes below zero, and what is given next makes up for that first. */
#ifndef ADIT_CHANNEL_ALLOWANCE_H
#define ADIT_CHANNEL_ALLOWANCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct allowance {
	_Atomic int64_t given, used; /* bytes */
};

/* Bytes; negative where more was used than was given. */
static inline int64_t allowance_left(const struct allowance *a)
{
	return atomic_load_explicit(&a->given, memory_order_relaxed) -
	       atomic_load_explicit(&a->used, memory_order_relaxed);
}

/* By the session's thread; `a` may be NULL: there is no limit. */
static inline void allowance_use(struct allowance *a, size_t n)
{
	if (a)
		atomic_fetch_add_explicit(&a->used, (int64_t)n,
					  memory_order_relaxed);
}

/* Whether anything may move now.  NULL: there is no limit. */
static inline bool allowance_has(const struct allowance *a)
{
	return !a || allowance_left(a) > 0;
}

#endif
