/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_spares.h - spare ports: the agent listens there before anybody has
 * asked it to, so that an expectation need not wait for its answer. */
#ifndef ADIT_EXPECT_EXPECT_SPARES_H
#define ADIT_EXPECT_EXPECT_SPARES_H

#include "base/handover.h"

#include <adit/plugin.h>
#include <stdbool.h>

enum { EXPECT_SPARES_MAX = 8 }; /* of one channel */

struct expect_spares {
	unsigned count;
	struct adit_addr at[EXPECT_SPARES_MAX];
};

/* 0, or ERR_LIMIT: there are as many as there may be. */
MUST_CHECK int expect_spares_add(struct expect_spares *s,
				 const struct adit_addr *at);
/* The preferred port if it is among them, else the first one; it is never a
 * spare port again.  False: none is left. */
bool expect_spares_take(struct expect_spares *s, uint16_t prefer,
			struct adit_addr *at);
void expect_spares_handover(struct handover *c, struct expect_spares *s);

#endif
