/* SPDX-License-Identifier: BSD-2-Clause */
/* probes.h - connections that end before a login, as few lines of the log: load
 * balancers that look whether the port is open, port scans, browsers; and what
 * speaks as an agent does, and fails. */
#ifndef ADIT_FRONT_PROBES_H
#define ADIT_FRONT_PROBES_H

#include "base/addr.h"

#include <ev.h>

struct probes_kind {
	const char *one, *many; /* "is no agent's", "were no agents'" */
	const char *period;     /* "10 minutes" */
	double seconds;         /* the same */
	unsigned lines;         /* said one by one; then only counted */
};

extern const struct probes_kind probes_none;   /* nothing like an agent */
extern const struct probes_kind probes_failed; /* something like one */

struct probes {
	const struct probes_kind *kind;
	struct ev_loop *loop;
	ev_timer timer; /* runs: they are counted */
	uint64_t total;
	unsigned said;      /* lines, since it runs */
	unsigned count;     /* since the last line */
	struct addr source; /* of the last one ... */
	char why[256];      /* ... and how it ended */
};

void probes_init(struct probes *, const struct probes_kind *, struct ev_loop *);
void probes_fini(struct probes *);
/* The first ones are logged, others with their number when the time is over, until
 * in all of it none came. */
void probes_note(struct probes *, const struct addr *source, const char *why);

#endif
