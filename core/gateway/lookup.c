/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.c - what an owner asks the resolver.  A name that many want at once is asked
 * for once. */
#include "gateway/lookup.h"

#include "base/err.h"
#include "base/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_US = 10000000, ID_MASK = 0xffffff };

struct lookup {
	struct list node;               /* owner.lookups, oldest first */
	struct list waiting;            /* struct query.node */
	uint32_t id;
	bool sent;
	uint64_t since_us;
	char host[HOST_MAX];
};

/* The resolver's queue may be full; the next second tries again. */
static void ask(struct owner *o, struct lookup *l)
{
	struct msg m = { .type = MSG_RESOLVE, .id = l->id };
	struct wr w = wr_of(m.data, sizeof m.data);

	wr_str16(&w, l->host);
	m.len = (size_t)(w.p - m.data);
	l->sent = !msg_send(o->worker->names, &m);
}

static struct lookup *find(struct owner *o, const char *host)
{
	struct list *n, *t;

	list_each(n, t, &o->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		if (!strcmp(l->host, host))
			return l;
	}
	return NULL;
}

static struct lookup *lookup_new(struct owner *o, const char *host)
{
	struct lookup *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->id = o->index << 24 | (++o->last_lookup & ID_MASK);
	l->since_us = owner_now(o);
	snprintf(l->host, sizeof l->host, "%s", host);
	list_init(&l->waiting);
	list_init(&l->node);
	list_append(&o->lookups, &l->node);
	ask(o, l);
	return l;
}

int lookup_ask(struct owner *o, struct query *q, const char *host)
{
	struct lookup *l = find(o, host);

	if (!l)
		l = lookup_new(o, host);
	if (!l)
		return ERR_NOMEM;
	list_move(&l->waiting, &q->node);
	return 0;
}

static void answer(struct lookup *l, const struct msg_resolved *found)
{
	list_remove(&l->node);
	while (!list_is_empty(&l->waiting)) {
		struct query *q = list_first(&l->waiting, struct query, node);

		list_remove(&q->node);
		q->found(q, found ? found->addrs : NULL, found ? found->n : 0);
	}
	free(l);
}

void lookups_resolved(struct owner *o, uint32_t id,
		    const struct msg_resolved *found)
{
	struct list *n, *t;

	list_each(n, t, &o->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		if (l->id == id) {
			answer(l, found);
			break;
		}
	}
}

void lookups_drop(struct owner *o)
{
	while (!list_is_empty(&o->lookups))
		answer(list_first(&o->lookups, struct lookup, node), NULL);
}

void lookups_expire(struct owner *o, uint64_t now)
{
	struct list *n, *t;

	list_each(n, t, &o->lookups) {
		struct lookup *l = list_entry(n, struct lookup, node);

		if (!l->sent)
			ask(o, l);
	}
	while (!list_is_empty(&o->lookups)) {
		struct lookup *l = list_first(&o->lookups, struct lookup, node);

		if (now - l->since_us < PATIENCE_US)
			break;
		answer(l, NULL);
	}
}
