/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver_side.h - the resolver process as the monitor sees it: it is started
 * again when it ends, and answers the questions of the monitor and of the
 * worker. */
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
	resolver_side_fn *found;  /* the answer to resolver_side_ask */
	void (*again)(void *ctx); /* a new resolver has lost all questions:
				   * ask again */
	void *ctx;
};

/* The two ends of the socket pair between worker and resolver.  The monitor
 * keeps both, so that either process can be replaced.  -1: there is none
 * yet. */
struct resolver_ends {
	int worker, resolver;
};
/* Starts a resolver with a pair that is there already, from before an
 * upgrade. */
void resolver_side_adopt(struct resolver_side *, struct resolver_ends);
struct resolver_ends resolver_side_ends(const struct resolver_side *);
/* The worker's end of the pair, for a successor, which goes on with the
 * question numbers of the worker before; or -1. */
int resolver_side_names(const struct resolver_side *);

/* Starts no process yet.  NULL: there is no memory. */
MUST_CHECK struct resolver_side *
resolver_side_new(const struct resolver_side_conf *);
void resolver_side_free(struct resolver_side *);

/* Starts a new resolver with a new pair: a new worker must not get answers to
 * what the old one asked.  The worker's end, which stays the monitor's, or
 * -1. */
MUST_CHECK int resolver_side_renew(struct resolver_side *);
/* Asks for the addresses of a host.  0: `found` will be called, or `again`
 * before that; ERR_CLOSED: there is no resolver now; or what msg_send says. */
MUST_CHECK int resolver_side_ask(struct resolver_side *, uint32_t id,
				 const char *host);
/* The resolver forgets the answers that it keeps. */
void resolver_side_afresh(struct resolver_side *);
/* Its process number; 0: there is none now. */
pid_t resolver_side_pid(const struct resolver_side *);

#endif
