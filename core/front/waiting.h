/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.h - connections before TLS begins: which may wait, and whose turn it
 * is.
 *
 *   waiting_add -> waits, until its ClientHello is whole, and then for its turn
 *                     -> inside -> waiting_release
 *
 * A connection that waits costs a descriptor and 200 bytes; one that is inside,
 * a TLS session and a signature of the gateway's key.  So there are limits for
 * a host, for its network and for all, at both places, and a rate for
 * connections that go inside and do not log in. */
#ifndef ADIT_FRONT_WAITING_H
#define ADIT_FRONT_WAITING_H

#include "base/list.h"
#include "front/sources.h"
#include "net/loop.h"

/* Connections that wait and that are inside: of all sources, of one host. */
struct waiting_limits {
	unsigned waiting, waiting_host;
	unsigned inside, inside_host;
};

enum {
	/* As many times as a host a host's network may have. */
	WAITING_NET = 2,
	INSIDE_NET = 4,
	/* This part of all that may wait is a crowd: some more are reset by
	 * chance. */
	WAITING_CROWD = 2,
};

struct waiting_conn { /* a connection; nothing of it has been read */
	int fd;
	struct addr source, listen;
	bool is_shared; /* shared_sources has its source: only the limits
			 * for all count */
	/* A balancer's: the header of the PROXY protocol comes first, and tells
	 * the source; is_shared until then. */
	bool owes_header;
	uint64_t since_us;
};

struct waiting_ops {
	/* TLS is to begin.  False: it cannot, the descriptor stays the
	 * caller's. */
	bool (*enter)(void *ctx, const struct waiting_conn *);
	/* Whether shared_sources has the source that a header has told. */
	bool (*is_shared)(void *ctx, const struct addr *source);
	/* One has ended or been reset before that. */
	void (*gone)(void *ctx, const struct addr *source, const char *why);
	uint16_t (*dice)(void); /* a random number */
};

struct waiting {
	struct loop *loop;
	const struct waiting_ops *ops;
	void *ctx;
	struct sources *sources;
	struct list seats; /* struct seat.node, the oldest first */
	unsigned n, inside;
	bool fresh; /* a ClientHello has become whole since the last look */
	struct waiting_limits limits;
	uint64_t timeout_us; /* until the ClientHello is whole */
	uint64_t told_us;    /* time of the last line in the log */
	uint64_t away_full,
		away_source; /* reset: too many in all, from there */
	unsigned full;       /* ev_iteration of the last turn in which not all
			      * could be heard, or 0 ... */
	uint64_t behind_us;  /* ... and when the first of these in a row was */
	int set;             /* epoll: those whose ClientHello is not whole */
	ev_io io;
	ev_timer timer;
};

MUST_CHECK int waiting_init(struct waiting *, struct loop *,
			    const struct waiting_ops *, void *ctx);
/* From now on; whoever is there already stays. */
void waiting_limit(struct waiting *, const struct waiting_limits *);
/* Takes the descriptor; resets the connection where it may not wait. */
void waiting_add(struct waiting *, const struct waiting_conn *);
/* One that was inside has ended or belongs to a session now.  `paid`: it logged
 * in, or cost no signature; its handshake is not charged to its source. */
void waiting_release(struct waiting *, const struct addr *source, bool paid);
/* Closes all that wait.  waiting_fini follows once nothing is inside. */
void waiting_close(struct waiting *);
void waiting_fini(struct waiting *);

#endif
