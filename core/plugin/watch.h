/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h - tells other threads which callback of which plugin a thread runs,
 * so that they can see one that does not return. */
#ifndef ADIT_PLUGIN_WATCH_H
#define ADIT_PLUGIN_WATCH_H

#include <stdatomic.h>
#include <stdint.h>

struct plugin_watch {
	_Atomic(const char *) plugin;   /* name of the last one that ran */
	_Atomic(const char *) callback; /* such as "message"; NULL: none runs */
	_Atomic uint32_t turn;          /* counts callbacks */
};

/* From now on the callbacks of this thread are noted there.  NULL: they are
 * not. */
void plugin_watch_here(struct plugin_watch *);

/* For core/plugin: called around each callback. */
void watch_enter(const char *plugin, const char *callback);
void watch_leave(void);

/* What another thread has seen; zero at first. */
struct plugin_seen {
	uint32_t turn;
	unsigned looks; /* calls in a row that found the same callback */
};
/* To be called at regular times by another thread.  Returns the callback's name
 * if `most` calls in a row have found the same one running, else NULL.  It
 * counts calls, because a clock goes on while the process is stopped. */
const char *plugin_watch_look(struct plugin_seen *, struct plugin_watch *,
			      unsigned most);

#endif
