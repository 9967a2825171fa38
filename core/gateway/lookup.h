/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - what an owner asks the resolver. */
#ifndef ADIT_GATEWAY_LOOKUP_H
#define ADIT_GATEWAY_LOOKUP_H

#include "gateway/owner.h"

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
void lookups_resolved(struct owner *, uint32_t id, const struct msg_resolved *);
/* There is a new resolver, which knows of no question. */
void lookups_again(struct owner *);
/* When no channel is left. */
void lookups_drop(struct owner *);
/* Once a second: questions whose askers are gone, and those that took too long. */
void lookups_expire(struct owner *, uint64_t now);

#endif
