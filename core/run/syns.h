/* SPDX-License-Identifier: BSD-2-Clause */
/* syns.h - connections of other programs whose first packet waits in a queue of
 * the kernel until the gateway has answered. */
#ifndef ADIT_RUN_SYNS_H
#define ADIT_RUN_SYNS_H

#include "agent/inside.h"
#include "intercept/inner.h"
#include "intercept/queue.h"

enum { SYN_BUCKETS = 64 };

enum syn_way {
	SYN_WAITS,  /* until the gateway has answered */
	SYN_LET_GO, /* to the listener at once: the gateway is not asked */
	SYN_PASSES, /* to where it was sent, as without adit */
	SYN_ASKS,   /* waits, and passes where the gateway denies it */
};

/* All connections of one queue, and those that come without having waited. */
struct syns {
	struct agent *agent;
	struct list *bridges; /* see bridge.h */
	const char *name;     /* whose connections these are, for the log */
	/* Lets the packet with this number go on.  0, or ERR_SYS with errno. */
	int (*release)(struct syns *, uint32_t id, enum inner_mark);
	/* What becomes of a packet to this address.  NULL: all wait. */
	enum syn_way (*way)(const struct syns *, const struct addr *to);
	/* Whether the agent must not dial this address by itself, since that
	 * would lead back to the program.  NULL: there is none. */
	bool (*is_own)(const struct syns *, const struct addr *to);
	const struct flow_net *net; /* the programs' network; NULL: this
				     * process's own */
	bool direct; /* the agent dials by itself what no resource covers */
	/* The kernel translates addresses: a program that uses one port towards
	 * two servers has another port when it is accepted the second time,
	 * since both lead to the same listener. */
	bool renumbers;
	struct list bucket[SYN_BUCKETS]; /* struct syn, by port */
	unsigned n;
	unsigned connections; /* that came to a listener */
	unsigned early; /* of these, accepted before the gateway was asked */
};

/* With all but the last four members filled. */
void syns_init(struct syns *);
/* Drops all that wait; `release` is not called. */
void syns_free_all(struct syns *);
/* The queue has this packet. */
void syns_take(struct syns *, const struct queue_packet *);
/* A connection from `from` that dialled `to` was accepted.  Takes fd. */
void syns_accept(struct syns *, int fd, const struct addr *from,
		 const struct addr *to);
/* A connection that was accepted, and nobody has been asked about: it waits for
 * the gateway's answer now.  Takes fd. */
void syns_ask_late(struct syns *, int fd, const struct addr *from,
		   const struct addr *to);

#endif
