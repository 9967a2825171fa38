/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.h - what the gateway lets this user reach, and where it listens. */
#ifndef ADIT_AGENT_RESOURCES_H
#define ADIT_AGENT_RESOURCES_H

#include "agent/ports.h"
#include "base/defs.h"
#include "base/list.h"
#include "base/opt.h"
#include "frame/payload.h"

#include <stdbool.h>
#include <stdint.h>

struct agent;
struct frame;

struct resource {
	struct list node; /* agent.resources */
	struct resource_entry entry;
	struct name_list names; /* host names and *.DOMAIN that lead to it */
	struct net_list nets;   /* whose addresses lead to it */
	struct list listeners;  /* struct listener: its own */
	char state[PORTS_WHY];  /* "ready", "map", or why it does not listen */
};

/* Takes in one RESOURCES frame with its payload `p`.  *complete: it was the
 * last frame of a list, and this list is in use now.  0; or a negative
 * error, and the session has failed. */
MUST_CHECK int resources_frame(struct agent *, const struct frame *,
			       const uint8_t *p, bool *complete);
/* One NAMES frame with its payload `p`: names for the list of which the last
 * RESOURCES frame is still to come.  0; or an error, and the session has
 * failed. */
MUST_CHECK int resources_names(struct agent *, const struct frame *,
			       const uint8_t *p);
/* The same for one ADDRESSES frame. */
MUST_CHECK int resources_addresses(struct agent *, const struct frame *,
				   const uint8_t *p);
/* Opens listeners for those resources that should have some and have none. */
void resources_listen(struct agent *);
/* Closes the listeners of all resources, which stay in the list. */
void resources_close(struct agent *);
/* Forgets all resources, also those of a list that is not complete. */
void resources_free(struct agent *);
/* The resource with this name in the list in use, or NULL. */
struct resource *resources_find(struct agent *, const char *name);
/* Whether servers of some resource connect back to the application. */
bool resources_some_reverse(const struct agent *);
/* The state of a resource or a map as users see it: `state`, or "waiting" while
 * there is no connection to the gateway. */
const char *resources_state_of(const struct agent *, const char *state);

#endif
