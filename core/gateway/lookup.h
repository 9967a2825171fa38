/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - what a shard asks the resolver. */
#ifndef ADIT_GATEWAY_LOOKUP_H
#define ADIT_GATEWAY_LOOKUP_H

#include "gateway/shard.h"

/* Embedded in whatever waits for the addresses of a name; `found` may free
 * it. */
struct query {
	struct list node;
	void (*found)(struct query *, const struct msg_resolved *);
};

/* Who has chosen the name: the resolver answers those of the configuration
 * first. */
enum lookup_for { LOOKUP_USER, LOOKUP_CONF };

/* Asks for the addresses of `host`; q->found is called later, never from
 * inside.  Whoever takes q->node off its list is not called.  0 or
 * ERR_NOMEM. */
MUST_CHECK int lookup_ask(struct gsession *, struct query *q, const char *host,
			  enum lookup_for);
void lookups_resolved(struct shard *, uint32_t id, const struct msg_resolved *);
/* A new resolver process was started: all open questions are sent to it. */
void lookups_again(struct shard *);
/* At the end of the shard: answers all open questions with FOUND_SILENCE. */
void lookups_drop(struct shard *);
/* To be called once a second.  Takes back questions that nobody waits for any
 * more; those without an answer for 10 s are answered with FOUND_SILENCE. */
void lookups_expire(struct shard *, uint64_t now);

#endif
