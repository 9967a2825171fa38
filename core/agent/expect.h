/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - listeners for connections that a plugin of the gateway
 * announced. */
#ifndef ADIT_AGENT_EXPECT_H
#define ADIT_AGENT_EXPECT_H

#include "base/defs.h"

#include <stdint.h>

struct agent;
struct chan;
struct frame;

/* Handles EXPECT or CANCEL with its payload `p`, about this channel (NULL:
 * it has ended).  0; or a negative error, and the session has failed. */
MUST_CHECK int expect_frame(struct agent *, const struct frame *,
			    const uint8_t *p, struct chan *about);
/* Closes the listeners of the session, and tells the gateway, which has them
 * made again when they are needed. */
void expect_shut(struct agent *);

#endif
