/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver_side.h - the resolver process, as the monitor sees it. */
#ifndef ADIT_MONITOR_RESOLVER_SIDE_H
#define ADIT_MONITOR_RESOLVER_SIDE_H

#include "process/msg.h"
#include "process/privs.h"

#include <ev.h>

struct resolver_side;
typedef void resolver_side_fn(void *ctx, uint32_t id,
			      const struct msg_resolved *);

struct resolver_side_conf {
	struct ev_loop *loop;
	const struct privs_user *user;
	resolver_side_fn *found;
	void (*again)(void *ctx); /* a new resolver: ask again */
	void *ctx;
};

/* The two ends of the worker's pair; ours too, so that either process can be
 * replaced.  -1: there is none yet. */
struct resolver_ends {
	int worker, resolver;
};
/* A pair that is there already is used. */
void resolver_side_adopt(struct resolver_side *, struct resolver_ends);
struct resolver_ends resolver_side_ends(const struct resolver_side *);
/* The worker's end of the pair that there is, for another worker which begins
 * its numbers where the one before ended; -1. */
int resolver_side_names(const struct resolver_side *);

MUST_CHECK struct resolver_side *
resolver_side_new(const struct resolver_side_conf *);
void resolver_side_free(struct resolver_side *);

/* A new pair and a new resolver: a new worker must not get answers to what the
 * old one asked.  The worker's end, which stays ours, or -1. */
MUST_CHECK int resolver_side_renew(struct resolver_side *);
/* 0: `found` will be called, or `again` before that. */
MUST_CHECK int resolver_side_ask(struct resolver_side *, uint32_t id,
				 const char *host);
/* It forgets the answers that it keeps. */
void resolver_side_afresh(struct resolver_side *);
/* 0: there is none now. */
pid_t resolver_side_pid(const struct resolver_side *);

#endif
