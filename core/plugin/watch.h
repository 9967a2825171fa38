/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h - which callback of which plugin a thread is in, for other
 * threads. */
#ifndef ADIT_PLUGIN_WATCH_H
#define ADIT_PLUGIN_WATCH_H

#include <stdatomic.h>
#include <stdint.h>

struct plugin_watch {
	_Atomic(const char *) plugin;   /* the name of the last one */
	_Atomic(const char *) callback; /* "message"; NULL: in none */
	_Atomic uint32_t turn;          /* another one with each callback */
};

/* From now on callbacks in this thread are written down there; NULL:
 * nowhere. */
void plugin_watch_here(struct plugin_watch *);

/* For core/plugin: around each callback. */
void watch_enter(const char *plugin, const char *callback);
void watch_leave(void);

/* What a look from another thread has found. */
struct plugin_seen {
	uint32_t turn;
	unsigned looks; /* at one and the same callback */
};
/* The callback, if it is the same at `most` looks in a row, else NULL: a clock
 * would count the time in which the process was stopped too. */
const char *plugin_watch_look(struct plugin_seen *, struct plugin_watch *,
			      unsigned most);

#endif
