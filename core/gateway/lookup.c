/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.c - what a shard asks the resolver.  A name that one user wants
 * several times at once is asked for once.  Questions of different users
 * stay apart: the resolver shares its time among the users who ask. */
#include "gateway/lookup.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/gsession.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_US = 10000000, ID_MASK = 0xffffff };

struct lookup {
	struct list node;    /* shard.lookups, oldest first */
	struct list waiting; /* struct query.node */
	uint32_t id;
	bool sent;
	uint64_t since_us;
	struct msg_resolve asked;
};

/* Where the socket to the resolver is full, lookups_expire tries again. */
static void lookup_send(struct shard *shard, struct lookup *l)
{
	struct msg m = { .type = MSG_RESOLVE, .id = l->id };

	m.len = pack_msg_resolve(m.data, sizeof m.data, &l->asked);
	l->sent = !msg_send(shard->worker->names, &m);
}

/* Where this message is lost, the resolver's answer has a number that is not
 * known any more, and is dropped. */
static void lookup_forget(struct shard *shard, const struct lookup *l)
{
	const struct msg m = { .type = MSG_RESOLVE_FORGET, .id = l->id };

	if (l->sent && msg_send(shard->worker->names, &m))
		log_msg(LOG_DEBUG, NULL,
			"a lookup could not be cancelled: the resolver does "
			"not read its messages");
}

static struct lookup *lookup_find(struct shard *shard,
				  const struct msg_resolve *asked)
{
	struct list *n, *t;

	list_each (n, t, &shard->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		if (!strcmp(l->asked.host, asked->host) &&
		    !strcmp(l->asked.who, asked->who))
			return l;
	}
	return NULL;
}

static struct lookup *lookup_new(struct shard *shard,
				 const struct msg_resolve *asked)
{
	struct lookup *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->id = shard->index << 24 | (++shard->last_lookup & ID_MASK);
	l->since_us = shard_now(shard);
	l->asked = *asked;
	list_init(&l->waiting);
	list_init(&l->node);
	list_append(&shard->lookups, &l->node);
	lookup_send(shard, l);
	return l;
}

int lookup_ask(struct gsession *gs, struct query *q, const char *host,
	       enum lookup_for whose)
{
	struct msg_resolve asked = { .who = "" };
	struct lookup *l;

	if (whose == LOOKUP_USER)
		snprintf(asked.who, sizeof asked.who, "%s/%s", gs->gateway_name,
			 gs->user);
	snprintf(asked.host, sizeof asked.host, "%s", host);
	l = lookup_find(gs->shard, &asked);
	if (!l)
		l = lookup_new(gs->shard, &asked);
	if (!l)
		return ERR_NOMEM;
	list_move(&l->waiting, &q->node);
	return 0;
}

static void lookup_answer(struct lookup *l, const struct msg_resolved *found)
{
	list_remove(&l->node);
	while (!list_is_empty(&l->waiting)) {
		struct query *q = list_first(&l->waiting, struct query, node);

		list_remove(&q->node);
		q->found(q, found);
	}
	free(l);
}

void lookups_resolved(struct shard *shard, uint32_t id,
		      const struct msg_resolved *found)
{
	struct list *n, *t;

	list_each (n, t, &shard->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		if (l->id == id) {
			lookup_answer(l, found);
			break;
		}
	}
}

void lookups_again(struct shard *shard)
{
	struct list *n, *t;

	list_each (n, t, &shard->lookups)
		lookup_send(shard, list_entry(n, struct lookup, node));
}

static void lookup_give_up(struct shard *shard, struct lookup *l)
{
	static const struct msg_resolved none = { .outcome = FOUND_SILENCE };

	lookup_forget(shard, l);
	lookup_answer(l, &none);
}

void lookups_drop(struct shard *shard)
{
	while (!list_is_empty(&shard->lookups))
		lookup_give_up(shard, list_first(&shard->lookups, struct lookup,
						 node));
}

void lookups_expire(struct shard *shard, uint64_t now)
{
	struct list *n, *t;

	list_each (n, t, &shard->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		/* The channels that asked have ended. */
		if (list_is_empty(&l->waiting))
			lookup_give_up(shard, l);
		else if (!l->sent)
			lookup_send(shard, l);
	}
	while (!list_is_empty(&shard->lookups)) {
		struct lookup *l = list_first(&shard->lookups, struct lookup,
					      node);

		if (now - l->since_us < TIMEOUT_US)
			break;
		lookup_give_up(shard, l);
	}
}
