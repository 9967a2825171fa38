/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.h - listens at all ports of a resource, at one loopback address. */
#ifndef ADIT_AGENT_PORTS_H
#define ADIT_AGENT_PORTS_H

#include "base/list.h"

struct addr;
struct agent;
struct listener;
struct resource_entry;

enum { PORTS_WHY = 160 }; /* bytes of a text */

struct ports_wish {
	struct agent *agent;
	const struct resource_entry *entry; /* whose ports */
	const char *name; /* the address is remembered for it */
	/* Takes fd of each connection; as in struct listener. */
	void (*accepted)(struct listener *, int fd, const struct addr *peer);
};

/* Opens a listener for each port of the entry and appends it to `listeners`,
 * which is empty; the caller owns them.  Address and ports may be others
 * than the entry's: as the configuration says, or because other programs
 * have them.  `why` becomes "ready"; or the reason, and there is no listener
 * at all. */
void ports_open(const struct ports_wish *, struct list *listeners,
		char why[PORTS_WHY]);

#endif
