/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.c - tells other threads which callback of which plugin a thread runs,
 * so that they can see one that does not return. */
#include "plugin/watch.h"

#include <stddef.h>

static _Thread_local struct plugin_watch *here;

void plugin_watch_here(struct plugin_watch *w)
{
	here = w;
}

void watch_enter(const char *plugin, const char *callback)
{
	uint32_t turn;

	if (!here)
		return;
	atomic_store_explicit(&here->plugin, plugin, memory_order_relaxed);
	/* Only this thread writes it, so no atomic addition is needed. */
	turn = atomic_load_explicit(&here->turn, memory_order_relaxed);
	atomic_store_explicit(&here->turn, turn + 1, memory_order_relaxed);
	atomic_store_explicit(&here->callback, callback, memory_order_release);
}

void watch_leave(void)
{
	if (here)
		atomic_store_explicit(&here->callback, NULL,
				      memory_order_release);
}

const char *plugin_watch_look(struct plugin_seen *s, struct plugin_watch *w,
			      unsigned most)
{
	const char *callback = atomic_load(&w->callback);
	uint32_t turn = atomic_load(&w->turn);

	s->looks = callback && turn == s->turn ? s->looks + 1 : !!callback;
	s->turn = turn;
	return s->looks >= most ? callback : NULL;
}
