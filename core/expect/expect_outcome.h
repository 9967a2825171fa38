/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_outcome.h - what became of the connections that a plugin has
 * announced: of the last few expectations, for adit_outcome and adit_event. */
#ifndef ADIT_EXPECT_EXPECT_OUTCOME_H
#define ADIT_EXPECT_EXPECT_OUTCOME_H

#include "base/handover.h"

#include <adit/plugin.h>

struct expect_outcome {
	uint32_t expectation;          /* 0: none */
	uint64_t to_server, to_client; /* bytes */
	bool reached;                  /* one has reached its other end ... */
	bool lost;    /* ... one has not, or was cut by the gateway */
	bool strange; /* one came from a host that policy does not let in */
};

enum { EXPECT_OUTCOMES = 4 };

struct expect_outcomes {
	struct expect_outcome past[EXPECT_OUTCOMES];
	unsigned npast; /* that there ever were */
};

/* NULL: nothing is known. */
const struct expect_outcome *
expect_outcome_find(const struct expect_outcomes *o, uint32_t id);
/* A place for it; in that of the oldest one. */
struct expect_outcome *expect_outcome_of(struct expect_outcomes *o,
					 uint32_t id);
/* One more connection has ended so. */
void expect_outcome_add(struct expect_outcome *to,
			const struct expect_outcome *one);
/* As adit_outcome says it; `due`: one is still on its way to the agent. */
enum adit_result expect_outcome_result(const struct expect_outcome *o,
				       bool due);
void expect_outcomes_handover(struct handover *c, struct expect_outcomes *o);

#endif
