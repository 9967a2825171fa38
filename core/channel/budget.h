/* SPDX-License-Identifier: BSD-2-Clause */
/* budget.h - memory that was promised, of a session and of the whole process. */
#ifndef ADIT_CHANNEL_BUDGET_H
#define ADIT_CHANNEL_BUDGET_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

/* Memory that channels keep or have promised.  `up` is charged with it too. */
struct budget {
	uint64_t limit, used; /* limit 0: none */
	uint64_t waiting;     /* of `used`: of channels in a line */
	struct budget *up;
};

/* Nothing is charged where one of the budgets has not so much left. */
MUST_CHECK bool budget_charge(struct budget *, uint64_t n);
void budget_force(struct budget *, uint64_t n);
/* There is room for `n` more, but for what those in the lines will have. */
bool budget_lets(const struct budget *, uint64_t n);
void budget_discharge(struct budget *, uint64_t n);
/* The least that is left; UINT64_MAX: none of them has a limit. */
uint64_t budget_left(const struct budget *);
/* More than half is used. */
bool budget_is_tight(const struct budget *);

#endif
