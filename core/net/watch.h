/* SPDX-License-Identifier: BSD-2-Clause */
/* watch.h - watches one descriptor for reading, and for writing when asked.
 *
 * libev takes a descriptor out of its epoll set only by closing it.  One that
 * is to move to another thread is therefore watched "apart": through an epoll
 * set of its own, which is closed when it moves, so that nothing stays
 * behind. */
#ifndef ADIT_NET_WATCH_H
#define ADIT_NET_WATCH_H

#include "net/loop.h"

#include <stdbool.h>

struct watch {
	struct loop *loop;
	ev_io rd, wr; /* apart: rd watches `set`, wr nothing */
	int fd, set;  /* set: -1 unless apart */
	bool writing;
	void (*readable)(struct watch *);
	void (*writable)(struct watch *); /* once; ask again */
};

/* `readable` and `writable` are set by the caller before.  Where no epoll set
 * can be had, it is watched in the ordinary way. */
void watch_open(struct watch *, struct loop *, int fd, bool apart);
void watch_write(struct watch *);
/* Harmless when closed; the descriptor stays the caller's. */
void watch_close(struct watch *);

#endif
