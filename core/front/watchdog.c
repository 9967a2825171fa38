/* SPDX-License-Identifier: BSD-2-Clause */
/* watchdog.c - ends the worker when a plugin's callback does not return.
 *
 * A callback that loops holds its shard's thread, and with it all sessions of
 * that shard.  A thread cannot be ended from outside, so the worker ends, and
 * the monitor starts another one, without the connection that made the plugin
 * loop. */
#include "front/watchdog.h"

#include "base/log.h"
#include "front/front.h"
#include "gateway/shard.h"

static void watchdog_on_look(struct ev_loop *ev, ev_timer *t, int events)
{
	struct watchdog *d = t->data;
	struct front *f = d->front;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < f->worker->nshards && !f->stuck; i++) {
		struct plugin_watch *w = &f->worker->shards[i].watch;
		const char *callback = plugin_watch_look(&d->seen[i], w,
							 WATCHDOG_LOOKS);

		if (!callback)
			continue;
		log_msg(LOG_ERROR, NULL,
			"the plugin %s does not return from its callback "
			"\"%s\", for %d seconds: the worker ends, and all "
			"sessions with it; repair the plugin, or take it out "
			"of the configuration",
			w->plugin, callback, WATCHDOG_LOOKS);
		f->stuck = true;
		front_stop(f, 1);
	}
}

void watchdog_start(struct watchdog *d, struct front *f)
{
	d->front = f;
	ev_timer_init(&d->look, watchdog_on_look, 1., 1.);
	d->look.data = d;
	ev_timer_start(f->loop.ev, &d->look);
}

void watchdog_stop(struct watchdog *d)
{
	if (d->front)
		ev_timer_stop(d->front->loop.ev, &d->look);
}
