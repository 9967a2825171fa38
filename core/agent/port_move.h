/* SPDX-License-Identifier: BSD-2-Clause */
/* port_move.h - where a port of a resource is shown that cannot be bound. */
#ifndef ADIT_AGENT_PORT_MOVE_H
#define ADIT_AGENT_PORT_MOVE_H

#include "frame/payload.h"

struct port_move {
	const struct resource_entry *entry;
	uint16_t first, last; /* ports that [listen] chose; or 0, 0 */
	uint32_t offset;      /* low_port_offset; 0: nothing moves */
};

/* The i-th port, from 0 on, at which `port` may be shown instead; the best
 * one first, and for each resource the same every time.  It is none of the
 * resource's own ports, none that [listen] chose, and none that web browsers
 * refuse.  0: there is no further one. */
uint16_t port_move(const struct port_move *, uint16_t port, unsigned i);

#endif
