/* SPDX-License-Identifier: BSD-2-Clause */
/* probes.h - connections that end before anything speaks as an agent does: load
 * balancers that look whether the port is open, port scans, browsers. */
#ifndef ADIT_GATEWAY_PROBES_H
#define ADIT_GATEWAY_PROBES_H

#include "base/addr.h"

#include <ev.h>

#define PROBES_S 600.           /* from one line of the log to the next */

struct probes {
	struct ev_loop *loop;
	ev_timer timer;                 /* runs: they are counted */
	uint64_t total;
	unsigned count;                 /* since the last line */
	struct addr source;             /* of the last one ... */
	char why[256];                  /* ... and how it ended */
};

void probes_init(struct probes *, struct ev_loop *);
void probes_fini(struct probes *);
/* The first one is logged, others with their number when the time is over. */
void probes_note(struct probes *, const struct addr *source, const char *why);

#endif
