/* SPDX-License-Identifier: BSD-2-Clause */
/* budget.h - counts the memory that channels may use: budgets of a session and
 * of all sessions. */
#ifndef ADIT_CHANNEL_BUDGET_H
#define ADIT_CHANNEL_BUDGET_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes that channels keep, or would have to keep if their peers sent all that
 * they are allowed to.  What is charged here is charged to `up`, too. */
struct budget {
	uint64_t limit;    /* 0: none */
	uint64_t used;     /* all that is charged */
	uint64_t waiting;  /* part of `used`: of channels that wait to begin */
	struct budget *up; /* of all sessions; may be NULL */
};

/* Charges n bytes.  False, and nothing is charged: a budget has less left. */
MUST_CHECK bool budget_charge(struct budget *, uint64_t n);
/* Charges n bytes even beyond the limit. */
void budget_force(struct budget *, uint64_t n);
/* Whether n more bytes fit, not counting those of channels that wait. */
bool budget_lets(const struct budget *, uint64_t n);
void budget_discharge(struct budget *, uint64_t n);
/* Bytes left in the tightest of the budgets; UINT64_MAX: none has a limit. */
uint64_t budget_left(const struct budget *);
/* One of the budgets is used by more than half. */
bool budget_is_tight(const struct budget *);

#endif
