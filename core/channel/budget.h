/* SPDX-License-Identifier: BSD-2-Clause */
/* budget.h - counts the memory that channels may use: budgets of a session, of
 * all sessions of a user, and of all sessions. */
#ifndef ADIT_CHANNEL_BUDGET_H
#define ADIT_CHANNEL_BUDGET_H

#include "base/defs.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A budget that sessions on several threads share, such as those of one user.
 * Two threads that charge it at the same moment may exceed its limit by what
 * one of them asked for.  The numbers mean the same as in struct budget. */
struct budget_pool {
	_Atomic uint64_t limit, used, waiting;
};

/* Bytes that channels keep, or would have to keep if their peers sent all that
 * they are allowed to.  What is charged here is charged to `pool` and `up`,
 * too. */
struct budget {
	uint64_t limit;   /* 0: none */
	uint64_t used;    /* all that is charged */
	uint64_t waiting; /* part of `used`: of channels that wait to begin */
	struct budget_pool *pool; /* may be NULL */
	struct budget *up;        /* of all sessions; may be NULL */
};

/* Charges n bytes.  False, and nothing is charged: a budget has less left. */
MUST_CHECK bool budget_charge(struct budget *, uint64_t n);
/* Charges n bytes even beyond the limit. */
void budget_force(struct budget *, uint64_t n);
/* Whether n more bytes fit, not counting those of channels that wait. */
bool budget_lets(const struct budget *, uint64_t n);
void budget_discharge(struct budget *, uint64_t n);
/* n bytes that are charged already are of channels that wait to begin; with
 * budget_begins they are so no longer. */
void budget_waits(struct budget *, uint64_t n);
void budget_begins(struct budget *, uint64_t n);
/* Bytes left in the tightest of the budgets; UINT64_MAX: none has a limit. */
uint64_t budget_left(const struct budget *);
/* One of the budgets is used by more than half. */
bool budget_is_tight(const struct budget *);
/* Whether n more bytes fit into the pools alone; true where there are none. */
bool budget_pools_let(const struct budget *, uint64_t n);

#endif
