/* SPDX-License-Identifier: BSD-2-Clause */
/* watchdog.h - ends the worker when a plugin's callback does not return. */
#ifndef ADIT_FRONT_WATCHDOG_H
#define ADIT_FRONT_WATCHDOG_H

#include "gateway/worker.h"
#include "plugin/watch.h"

/* The watchdog looks once a second.  A callback that is still running after so
 * many looks counts as one that will not return. */
enum { WATCHDOG_LOOKS = 10 };

struct watchdog {
	struct front *front;
	ev_timer look;
	struct plugin_seen seen[SHARDS_MAX];
};

void watchdog_start(struct watchdog *, struct front *);
void watchdog_stop(struct watchdog *);

#endif
