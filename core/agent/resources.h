/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.h - what the gateway lets this user reach, and where it listens. */
#ifndef ADIT_AGENT_RESOURCES_H
#define ADIT_AGENT_RESOURCES_H

#include "agent/ports.h"
#include "base/defs.h"
#include "base/list.h"
#include "frame/payload.h"

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct frame;

struct resource {
	struct list node; /* agent.resources */
	struct resource_entry entry;
	struct list listeners; /* struct listener: its own */
	char state[PORTS_WHY]; /* "ready", "map", or why it does not listen */
};

/* One RESOURCES frame with its payload `p`.  *complete: it was the last one of a
 * list, which is in use now.  0; or an error, and the session has failed. */
MUST_CHECK int resources_frame(struct agent *, const struct frame *,
			       const uint8_t *p, bool *complete);
/* Listeners for those resources that are to have some and have none. */
void resources_listen(struct agent *);
void resources_close(struct agent *);
void resources_free(struct agent *);
/* NULL: there is none of this name. */
struct resource *resources_find(struct agent *, const char *name);
/* The state of a resource or a map as users see it: `state`, or "waiting" while
 * there is no connection to the gateway. */
const char *resources_state_of(const struct agent *, const char *state);

#endif
