/* SPDX-License-Identifier: BSD-2-Clause */
/* maps.h - single hosts of any-IP resources, each at an address of its own. */
#ifndef ADIT_AGENT_MAPS_H
#define ADIT_AGENT_MAPS_H

#include "agent/ports.h"
#include "base/list.h"

#include <jansson.h>
#include <stdbool.h>

struct agent;

struct mapping {
	struct list node; /* agent.maps */
	struct list listeners;
	char *resource, *host;
	bool configured;       /* by [listen], not by adit map */
	char state[PORTS_WHY]; /* "ready", or why it does not listen */
};

/* Makes the maps of the configuration in use, and forgets those that only an
 * earlier one had.  Maps of `adit map` stay. */
void maps_configure(struct agent *);
/* Opens the listeners of those maps whose resource is in the list. */
void maps_listen(struct agent *);
/* Closes the listeners of all maps, which stay. */
void maps_close(struct agent *);
void maps_free(struct agent *);
/* The listeners (struct listener) of a host of an any-IP resource; NULL: it is
 * not mapped. */
const struct list *maps_listeners(struct agent *, const char *resource,
				  const char *host);
/* [{resource, host, listen [...], state}], a new reference; NULL: no memory. */
json_t *maps_status(struct agent *);

#endif
