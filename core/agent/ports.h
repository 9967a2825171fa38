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
	const char *name; /* by which the address is remembered */
	/* Takes fd of each connection; as in struct listener. */
	void (*accepted)(struct listener *, int fd, const struct addr *peer);
};

/* Appends a listener for each port of the entry to `listeners`, which is empty; the
 * caller owns them.  Address and ports may be other ones than the entry's: as the
 * configuration says, or because somebody else has them.  `why` is "ready"; or why
 * not, and there is no listener. */
void ports_open(const struct ports_wish *, struct list *listeners,
		char why[PORTS_WHY]);

#endif
