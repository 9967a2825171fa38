/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_listeners.h - the sockets on which agents arrive, and those of
 * [publish] sections: these are bound, and the worker has them listen while a
 * user publishes something there. */
#ifndef ADIT_MONITOR_MONITOR_LISTENERS_H
#define ADIT_MONITOR_MONITOR_LISTENERS_H

#include "policy/conf.h"

struct monitor_listener {
	struct addr at;      /* as configured */
	struct addr real;    /* with the port that the kernel chose */
	const char *gateway; /* the first one there, for messages; or ... */
	const char *publish; /* ... the [publish] that it belongs to */
	int fd;
};

struct monitor_listeners {
	struct monitor_listener *item;
	size_t n;
};

/* One for each different address of all gateways, then those of [publish].
 * Those that `have` holds are shared with it, so that no queued connection is
 * lost.  `c` must outlive the result.  0, or ERR_CONF, ERR_NOMEM with the
 * reasons in `e`. */
MUST_CHECK int monitor_listeners_open(struct monitor_listeners *out,
				      const struct monitor_listeners *have,
				      const struct gw_conf *c,
				      struct conf_errors *e);
/* Opens each and closes it again: what fails stands in the errors.  `running`:
 * an aditd runs, so an address in use is none, since it may be the one that
 * uses it. */
void monitor_listeners_try(const struct gw_conf *, bool running,
			   struct conf_errors *);
/* What to do about the errno of a listener that cannot be opened: "; which
 * program has it: ss -ltnp", or "". */
const char *monitor_listeners_cure(int error);
void monitor_listeners_close(struct monitor_listeners *);

#endif
