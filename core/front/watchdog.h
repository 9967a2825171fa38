/* SPDX-License-Identifier: BSD-2-Clause */
/* watchdog.h - looks after plugins that do not come back. */
#ifndef ADIT_FRONT_WATCHDOG_H
#define ADIT_FRONT_WATCHDOG_H

#include "gateway/worker.h"
#include "plugin/watch.h"

/* A callback that is running at so many looks, a second apart, will not return. */
enum { WATCHDOG_LOOKS = 10 };

struct watchdog {
	struct front *front;
	ev_timer look;
	struct plugin_seen seen[SHARDS_MAX];
};

void watchdog_start(struct watchdog *, struct front *);
void watchdog_stop(struct watchdog *);

#endif
