/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h - watches one descriptor for reading, and for writing when asked.
 *
 * libev keeps a descriptor in its epoll set until that is closed.  A descriptor
 * that will move to another thread is therefore watched "apart": through an
 * epoll set of its own, which is closed when the descriptor moves, so that this
 * thread gets no more events of it. */
#ifndef ADIT_NET_WATCH_H
#define ADIT_NET_WATCH_H

#include "net/loop.h"

#include <stdbool.h>

struct watch {
	struct loop *loop;
	ev_io rd, wr; /* apart: rd watches `set`, wr nothing */
	int fd, set;  /* set is -1 unless apart */
	bool writing; /* watch_write was called */
	void (*readable)(struct watch *);
	void (*writable)(struct watch *); /* once for each watch_write */
};

/* The caller has set `readable` and `writable`.  If no epoll set can be made,
 * the descriptor is watched in the ordinary way. */
void watch_open(struct watch *, struct loop *, int fd, bool apart);
void watch_write(struct watch *);
/* Harmless when it is closed; the descriptor stays open, and the caller's. */
void watch_close(struct watch *);

#endif
