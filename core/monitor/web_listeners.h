/* SPDX-License-Identifier: BSD-2-Clause */
/* web_listeners.h - the sockets of `metrics` in [server], which the monitor
 * opens for the web process. */
#ifndef ADIT_MONITOR_WEB_LISTENERS_H
#define ADIT_MONITOR_WEB_LISTENERS_H

#include "control/control_socket.h"
#include "policy/conf.h"

enum { WEB_LISTENERS_MAX = 16 };

/* Shared by the configuration in force and the next one, where both name the
 * same place, so that a reload closes nothing that stays. */
struct web_listener {
	unsigned refs;
	char *at; /* as configured: "127.0.0.1:9720", "/run/x.sock" */
	int fd;   /* listens, non-blocking */
	/* For a path: its name, which is removed with the last reference. */
	struct control_socket named;
};

struct web_listeners {
	struct web_listener *item[WEB_LISTENERS_MAX];
	size_t n;
};

/* One for each item of `metrics`; those that `have` holds are shared with it.
 * 0, or ERR_CONF, ERR_NOMEM with the reasons in `e`. */
MUST_CHECK int web_listeners_open(struct web_listeners *out,
				  const struct web_listeners *have,
				  const struct gw_conf *c,
				  struct conf_errors *e);
/* Takes one that an aditd before an upgrade has opened.  Without memory it is
 * closed, and web_listeners_open opens another. */
void web_listeners_adopt(struct web_listeners *, const char *at, int fd);
/* What would fail stands in the errors; nothing stays open.  `running`: an
 * aditd runs, which may be what uses an address. */
void web_listeners_try(const struct gw_conf *, bool running,
		       struct conf_errors *);
void web_listeners_close(struct web_listeners *);

#endif
