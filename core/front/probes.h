/* SPDX-License-Identifier: BSD-2-Clause */
/* probes.h - connections that end before a login, in few lines of the log.
 *
 * Some are no agent's: load balancers that look whether the port is open, port
 * scans, browsers.  Others begin as an agent's does, and fail. */
#ifndef ADIT_FRONT_PROBES_H
#define ADIT_FRONT_PROBES_H

#include "base/addr.h"

#include <ev.h>

struct probes_kind {
	const char *one, *many; /* "is no agent's", "were no agents'" */
	const char *period;     /* "10 minutes" */
	double seconds;         /* the same */
	unsigned lines; /* logged one by one in a period; more are counted */
};

extern const struct probes_kind probes_none;   /* no agent's */
extern const struct probes_kind probes_failed; /* an agent's, as it seems */

struct probes {
	const struct probes_kind *kind;
	struct ev_loop *loop;
	ev_timer timer; /* a period; stopped after one without any */
	uint64_t total;
	unsigned said;      /* lines in this period */
	unsigned count;     /* of those without a line of their own */
	struct addr source; /* of the last one ... */
	char why[256];      /* ... and how it ended */
};

void probes_init(struct probes *, const struct probes_kind *, struct ev_loop *);
void probes_fini(struct probes *);
/* The first `lines` of a period are logged at once, the others by their number
 * at its end. */
void probes_note(struct probes *, const struct addr *source, const char *why);

#endif
