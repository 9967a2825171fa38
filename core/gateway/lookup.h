/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - what a shard asks the resolver. */
#ifndef ADIT_GATEWAY_LOOKUP_H
#define ADIT_GATEWAY_LOOKUP_H

#include "gateway/shard.h"

/* Who waits.  `found` may free it. */
struct query {
	struct list node;
	void (*found)(struct query *, const struct msg_resolved *);
};

/* A name of the configuration's own goes before those that users choose. */
enum lookup_for { LOOKUP_USER, LOOKUP_CONF };

/* Calls q->found later, unless q->node is taken off its list.  0 or
 * ERR_NOMEM. */
MUST_CHECK int lookup_ask(struct gsession *, struct query *q, const char *host,
			  enum lookup_for);
void lookups_resolved(struct shard *, uint32_t id, const struct msg_resolved *);
/* There is a new resolver, which knows of no question. */
void lookups_again(struct shard *);
/* When no channel is left. */
void lookups_drop(struct shard *);
/* Once a second: questions whose askers are gone, and those that took too long. */
void lookups_expire(struct shard *, uint64_t now);

#endif
