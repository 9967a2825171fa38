/* SPDX-License-Identifier: BSD-2-Clause */
/* running.h - one configuration with the sockets that are open for it: the one
 * in force, or the next one while a reload is under way. */
#ifndef ADIT_MONITOR_RUNNING_H
#define ADIT_MONITOR_RUNNING_H

#include "monitor/monitor_config.h"
#include "monitor/monitor_listeners.h"
#include "monitor/web_listeners.h"
#include "monitor/worker_side.h"

struct running {
	struct monitor_config *config;
	struct monitor_listeners listeners;
	struct web_listeners web;
};

void running_fini(struct running *);

/* MSG_PLUGINS, right before a worker's first configuration.  0, or what
 * worker_side_send says. */
MUST_CHECK int running_send_plugins(const struct running *,
				    struct worker_side *);
/* MSG_CONF, which the worker answers by `id`.  0, ERR_NOMEM, or what
 * worker_side_send says. */
MUST_CHECK int running_send_conf(const struct running *, struct worker_side *,
				 uint32_t id);

#endif
