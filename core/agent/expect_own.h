/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_own.h - the gateway asks where a resource listens (EXPECT of kind 7),
 * and hears when that is no longer true. */
#ifndef ADIT_AGENT_EXPECT_OWN_H
#define ADIT_AGENT_EXPECT_OWN_H

#include "base/defs.h"

#include <stdint.h>

struct agent;
struct expect;

/* Answers; no channel matters for this.  0; or a negative error, and the
 * session has failed. */
MUST_CHECK int expect_own_asked(struct agent *, const struct expect *);
/* Tells the gateway which of the answers are no longer true.  To be called when
 * resources have got or lost listeners. */
void expect_own_review(struct agent *);
/* The gateway does not want to hear of this answer any more (CANCEL). */
void expect_own_forget(struct agent *, uint32_t id);
/* The same of all answers: they were those of a session that is over. */
void expect_own_forget_all(struct agent *);

#endif
