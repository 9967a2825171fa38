/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.h - a set of TCP ports, in the order in which it was written. */
#ifndef ADIT_BASE_PORTS_H
#define ADIT_BASE_PORTS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_RANGES_MAX = 64 };

/* All zero is the empty set.  No port is in two ranges. */
struct port_set {
	unsigned n;
	struct port_range {
		uint16_t lo, hi;
	} range[PORT_RANGES_MAX];
};

/* Adds the ports from lo to hi.  0; ERR_INVAL: port 0, hi below lo, or a port
 * that is in the set already; ERR_LIMIT: too many ranges. */
MUST_CHECK int port_set_add(struct port_set *s, uint16_t lo, uint16_t hi);
bool port_set_has(const struct port_set *s, uint16_t port);
/* How many ports there are. */
unsigned port_set_count(const struct port_set *s);
/* The port with the index i, from 0 on; 0 if there are fewer. */
uint16_t port_set_at(const struct port_set *s, unsigned i);
/* Writes "25, 110, 20000-21000" to dst[cap], cut if it does not fit; returns
 * dst. */
const char *port_set_str(const struct port_set *s, char *dst, size_t cap);

#endif
