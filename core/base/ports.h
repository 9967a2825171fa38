/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.h - a set of TCP ports, in the order in which it was written. */
#ifndef ADIT_BASE_PORTS_H
#define ADIT_BASE_PORTS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { PORT_RANGES_MAX = 64 };

/* All zero is the empty set.  Ranges do not overlap. */
struct port_set {
	unsigned n;
	struct port_range {
		uint16_t lo, hi;
	} range[PORT_RANGES_MAX];
};

/* 0; ERR_INVAL: empty, port 0, or overlaps; ERR_LIMIT: too many ranges. */
MUST_CHECK int port_set_add(struct port_set *s, uint16_t lo, uint16_t hi);
bool port_set_has(const struct port_set *s, uint16_t port);
/* How many ports, and the i-th of them; 0 behind the last. */
unsigned port_set_count(const struct port_set *s);
uint16_t port_set_at(const struct port_set *s, unsigned i);
/* "25, 110, 20000-21000" in dst[cap]; returns dst. */
const char *port_set_str(const struct port_set *s, char *dst, size_t cap);

#endif
