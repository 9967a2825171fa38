/* SPDX-License-Identifier: BSD-2-Clause */
/* confirm.h - one-time codes that a gateway wants inside the session: what
 * waits for one, and what `adit confirm` has typed. */
#ifndef ADIT_AGENT_CONFIRM_H
#define ADIT_AGENT_CONFIRM_H

#include "base/defs.h"
#include "base/list.h"
#include "frame/frame.h"

#include <ev.h>
#include <jansson.h>

struct agent;

struct confirm {
	bool confirmed;     /* in this session; or not known here */
	struct list wanted; /* struct confirm_wanted: resources */
	void (*fn)(void *ctx, json_t *, const char *); /* who waits, or NULL */
	void *ctx;
	ev_timer timeout; /* of who waits */
};

void confirm_init(struct agent *);
void confirm_fini(struct agent *);
/* CODE_WANTED or CODE_IS of the gateway.  0 or an error, after which the
 * session has failed. */
MUST_CHECK int confirm_frame(struct agent *, const struct frame *,
			     const uint8_t *p);
/* The channels of this session are gone, and what was asked with them. */
void confirm_forgotten(struct agent *);
/* Another session begins. */
void confirm_begins(struct agent *);

#endif
