/* SPDX-License-Identifier: BSD-2-Clause */
/* host_rules.h - the nftables rules by which a user's agent gets connections of
 * that user's programs on the whole machine (intercept = nft). */
#ifndef ADIT_INTERCEPT_HOST_RULES_H
#define ADIT_INTERCEPT_HOST_RULES_H

#include "intercept/inner.h"
#include "intercept/nft.h"

#include "intercept/ranges.h"

#include <stdint.h>

enum {
	HOST_QUEUE = 44288, /* the first of the queues that agents take */
	HOST_QUEUES = 64,   /* so many agents may intercept at a time */
	HOST_TABLE = 32,    /* bytes of the table's name */
};

struct host_rules {
	uint32_t uid;    /* whose connections */
	uint16_t queue;  /* where their first packet waits */
	uint16_t port;   /* of the agent's listener, at 127.0.0.1 and ::1 */
	uint32_t device; /* index of the tun device */
	enum nft_hold hold;
	bool early; /* what is dialled by name does not wait */
};

/* "adit-UID": there is one table for each user. */
void host_table(uint32_t uid, char name[HOST_TABLE]);
/* The mark of a packet, by which the rules know what the agent wants to become
 * of it.  No two queues have the same marks. */
uint32_t host_mark(uint16_t queue, enum inner_mark);
/* Fills a batch for NETLINK_NETFILTER that makes the table, which goes with the
 * socket that sends the batch.  What is sent to these addresses is caught, at
 * all of their ports. */
void host_rules_fill(struct nl_batch *, const struct host_rules *,
		     const struct ranges *);
/* Fills a batch after which packets with the mark INNER_BACK come from this
 * address; NULL: from where they were sent. */
void host_back_fill(struct nl_batch *, const struct host_rules *,
		    const struct addr *as);
/* Fills a batch after which it is these addresses instead. */
void host_cover_fill(struct nl_batch *, const struct host_rules *,
		     const struct ranges *);

#endif
