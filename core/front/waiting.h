/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.h - connections before TLS begins: who may wait, and whose turn it is.
 *
 *   come -> waits, until its ClientHello is whole -> inside -> left
 *
 * Who waits costs a descriptor and 200 bytes; who is inside a TLS session, and the
 * gateway a signature.  So there are limits for a host, for its network and for
 * all at both places, and a rate for what goes inside and does not log in. */
#ifndef ADIT_FRONT_WAITING_H
#define ADIT_FRONT_WAITING_H

#include "base/list.h"
#include "front/sources.h"
#include "net/loop.h"

enum {
	WAITING_MAX = 2048,
	WAITING_HOST = 512,
	WAITING_NET = 1024,
	INSIDE_MAX = 1024,
	INSIDE_HOST = 64,
	INSIDE_NET = 256,
	WAITING_CROWD = WAITING_MAX / 2, /* more: some are turned away */
};

struct accepted { /* a connection, accepted and no more */
	int fd;
	struct addr source, listen;
	bool is_shared; /* its source: no limits for that alone */
	uint64_t since_us;
};

struct waiting_ops {
	/* TLS begins.  False: it cannot, the descriptor is still the caller's. */
	bool (*enter)(void *ctx, const struct accepted *);
	/* It ended before. */
	void (*gone)(void *ctx, const struct addr *source, const char *why);
	uint16_t (*dice)(void);
};

struct waiting {
	struct loop *loop;
	const struct waiting_ops *ops;
	void *ctx;
	struct sources *sources;
	struct list seats; /* the first one came first */
	unsigned n, inside;
	uint64_t timeout_us; /* with who says nothing */
	uint64_t told_us;    /* when the log last told of them */
	int set;             /* epoll: those who have not spoken */
	ev_io io;
	ev_timer timer;
};

MUST_CHECK int waiting_init(struct waiting *, struct loop *,
			    const struct waiting_ops *, void *ctx);
/* Takes the descriptor. */
void waiting_add(struct waiting *, const struct accepted *);
/* One that was inside has left; `paid`: it logged in, or cost no signature. */
void waiting_release(struct waiting *, const struct addr *source, bool paid);
/* Nobody waits any more; then nobody is inside; then it ends. */
void waiting_close(struct waiting *);
void waiting_fini(struct waiting *);

#endif
