/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - what an owner asks the resolver. */
#ifndef ADIT_GATEWAY_LOOKUP_H
#define ADIT_GATEWAY_LOOKUP_H

#include "gateway/owner.h"

/* Who asks; n = 0: the name has no address.  `found` may free it. */
struct query {
	struct list node;
	void (*found)(struct query *, const struct addr *, unsigned n);
};

/* Calls q->found later, unless q->node is taken off its list.  0 or
 * ERR_NOMEM. */
MUST_CHECK int lookup_ask(struct owner *, struct query *q, const char *host);
void lookups_resolved(struct owner *, uint32_t id, const struct msg_resolved *);
/* When no channel is left. */
void lookups_drop(struct owner *);
void lookups_expire(struct owner *, uint64_t now);

#endif
