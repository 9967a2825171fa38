/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_listener.c - listeners at the agent, shared by those that lead to the
 * same place. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

/* ---- who shares -------------------------------------------------------- */

/* One that is not tied to its channel, nor waits for a word of it. */
static bool is_shareable(const struct expectation *e)
{
	return (e->flags & (ADIT_OUTLIVES | ADIT_REVERSE | ADIT_UNARMED)) ==
	       ADIT_OUTLIVES;
}

static bool leads_to_same(const struct adit_addr *a, const struct adit_addr *b)
{
	return a->port == b->port && !strcmp(a->host, b->host);
}

/* Whatever decides where a connection goes and what becomes of it. */
static bool are_alike(const struct expectation *a, const struct expectation *b)
{
	return a->flags == b->flags && a->tag == b->tag &&
	       expect_targets_are(a, b->target, b->ntargets) &&
	       !strcmp(a->resource, b->resource) &&
	       leads_to_same(&a->server, &b->server) &&
	       !strcmp(a->from.host, b->from.host) && a->service == b->service;
}

void expect_listener_use(struct expect_listener *l, struct expectation *e)
{
	e->listener = l;
	list_append(&l->users, &e->user);
}

struct expect_listener *expect_listener_join(struct expectation *e)
{
	struct list *n, *t;

	if (!is_shareable(e))
		return NULL;
	list_each (n, t, &e->table->listeners) {
		struct expect_listener *l = list_entry(
			n, struct expect_listener, node);

		if (l->left >= e->uses &&
		    are_alike(expect_listener_next(l), e)) {
			l->left -= e->uses;
			expect_listener_use(l, e);
			return l;
		}
	}
	return NULL;
}

struct expect_listener *expect_listener_find(const struct expect_table *table,
					     uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &table->listeners) {
		struct expect_listener *l = list_entry(
			n, struct expect_listener, node);

		if (l->id == id)
			return l;
	}
	return NULL;
}

struct expectation *expect_listener_waiting(const struct expect_listener *l)
{
	struct list *n, *t;

	list_each (n, t, &l->users) {
		struct expectation *e = list_entry(n, struct expectation, user);

		if (e->state == EXPECT_WAITING)
			return e;
	}
	return NULL;
}

/* ---- opened and closed ------------------------------------------------- */

struct expect_listener *expect_listener_new(struct expect_table *t)
{
	struct expect_listener *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	list_init(&l->users);
	list_append(&t->listeners, &l->node);
	t->nlisteners++;
	return l;
}

unsigned expect_listener_most(const struct expect_table *t)
{
	unsigned most = t->ops->most(t);

	return t->agent_shares ? most : MIN(most, EXPECT_LISTENERS_OLD);
}

/* Of one connection it waits; what is shared may live as long as the
 * session. */
static int expect_listener_lacks(struct expectation *e)
{
	struct expect_table *t = e->table;

	t->ops->crowded(t);
	if (e->flags & ADIT_SHARED)
		return ERR_LIMIT;
	list_append(&t->queue, &e->queued);
	return ERR_AGAIN;
}

/* How many connections the agent is told of. */
static uint32_t expect_listener_uses(const struct expectation *e)
{
	if (e->flags & ADIT_SHARED && e->table->agent_shares)
		return 0;
	if (e->flags & ADIT_SHARED || is_shareable(e))
		return EXPECT_LISTENER_USES;
	return e->uses;
}

int expect_listener_open(struct expectation *e, struct expect_listener **out)
{
	struct expect_table *t = e->table;
	struct expect_listener *l;

	if (t->nlisteners >= expect_listener_most(t) &&
	    !expect_shared_make_room(t))
		return expect_listener_lacks(e);
	l = expect_listener_new(t);
	if (!l)
		return ERR_NOMEM;
	l->id = e->id;
	l->opener = e->channel;
	l->uses = expect_listener_uses(e);
	l->left = e->flags & ADIT_SHARED ? 0 : l->uses - e->uses;
	expect_listener_use(l, e);
	*out = l;
	return 0;
}

void expect_listener_free(struct expect_table *t, struct expect_listener *l)
{
	list_remove(&l->node);
	t->nlisteners--;
	free(l);
	if (!list_is_empty(&t->queue))
		t->ops->look_later(t);
}

void expect_listener_leave(struct expectation *e, enum expect_end why)
{
	struct expect_listener *l = e->listener;

	list_remove(&e->queued);
	list_remove(&e->user);
	e->listener = NULL;
	if (!l || !list_is_empty(&l->users))
		return;
	/* One for which the agent counts ends there with its last use. */
	if (l->asked &&
	    (why != EXPECT_USED || !l->uses || l->uses == EXPECT_LISTENER_USES))
		e->table->ops->withdraw(e->table, l->id);
	expect_listener_free(e->table, l);
}

/* Nobody tells its users any more whether the agent listens. */
static void expect_listener_abandon(struct expect_table *table,
				    struct expect_listener *l)
{
	struct expectation *e = expect_listener_next(l);

	/* Asked again under its number, the agent has one listener for it. */
	if (e->flags & ADIT_SHARED) {
		list_move(&table->queue, &e->queued);
		table->ops->look_later(table);
		return;
	}
	while ((e = expect_listener_waiting(l))) {
		list_move(&table->queue, &e->queued);
		list_remove(&e->user);
		e->listener = NULL;
		table->ops->look_later(table);
	}
	/* The agent may have heard of the end of the channel first, and then
	 * there is no listener: whoever was told of it is left, and nobody
	 * joins. */
	l->left = 0;
	if (!list_is_empty(&l->users))
		return;
	if (l->asked)
		table->ops->withdraw(table, l->id);
	expect_listener_free(table, l);
}

void expect_listener_opener_gone(struct expect_table *table, uint32_t channel)
{
	struct list *n, *t;

	list_each (n, t, &table->listeners) {
		struct expect_listener *l = list_entry(
			n, struct expect_listener, node);

		if (!l->ready && l->opener == channel)
			expect_listener_abandon(table, l);
	}
}
