/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_table.c - the life of an expectation, from its table's view. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

void expect_init(struct expect_table *t, const struct expect_ops *ops)
{
	memset(t, 0, sizeof(*t));
	list_init(&t->all);
	list_init(&t->listeners);
	list_init(&t->queue);
	t->ops = ops;
}

void expect_fini(struct expect_table *t)
{
	expect_drop_all(t);
	map_fini(&t->by_id);
}

void expect_parent_init(struct expect_parent *p)
{
	list_init(&p->all);
	p->asker = NULL;
}

/* ---- its beginning ----------------------------------------------------- */

struct expectation *expect_make(size_t ntargets)
{
	struct expectation *e = calloc(
		1, sizeof(*e) + ntargets * sizeof(e->target[0]));

	if (!e)
		return NULL;
	list_init(&e->node);
	list_init(&e->sibling);
	list_init(&e->user);
	list_init(&e->queued);
	list_init(&e->waiting);
	e->ntargets = ntargets;
	return e;
}

int expect_enter(struct expect_table *t, struct expectation *e)
{
	int ret = map_put(&t->by_id, e->id, e);

	if (ret)
		return ret;
	e->table = t;
	list_append(&t->all, &e->node);
	t->count++;
	return 0;
}

void expect_adopted(struct expectation *e, struct expect_parent *p)
{
	e->parent = p;
	list_append(&p->all, &e->sibling);
}

/* ---- its end ----------------------------------------------------------- */

/* What the agent and the gateway keep for it. */
static void expect_release(struct expectation *e, enum expect_end why)
{
	const struct expect_ops *ops = e->table->ops;

	if (e->posted && !e->listener && why != EXPECT_USED &&
	    why != EXPECT_FAILED)
		ops->withdraw(e->table, e->id);
	expect_listener_leave(e, why);
	if (e->socket)
		ops->close(e->socket);
	e->socket = NULL;
	ops->turn_away(e);
	if (e->lookup)
		ops->forget(e->lookup);
	e->lookup = NULL;
}

/* Off the table first: what is asked of the gateway may look at that. */
static void expect_end(struct expectation *e, enum expect_end why)
{
	struct expect_table *t = e->table;

	list_remove(&e->node);
	map_del(&t->by_id, e->id);
	t->count--;
	expect_release(e, why);
	list_remove(&e->sibling);
	buf_fini(&e->given);
	free(e->found);
	free(e);
}

static void expect_end_id(struct expect_table *t, uint32_t id,
			  enum expect_end why)
{
	struct expectation *e = expect_get(t, id);

	if (e)
		expect_end(e, why);
}

void expect_failed(struct expect_table *t, uint32_t id)
{
	expect_end_id(t, id, EXPECT_FAILED);
}

void expect_cancel(struct expect_table *t, uint32_t id)
{
	struct expectation *e = expect_get(t, id);

	if (e && !(e->flags & ADIT_SHARED))
		expect_end(e, EXPECT_CANCELLED);
}

void expect_drop_all(struct expect_table *t)
{
	while (!list_is_empty(&t->all))
		expect_end(list_first(&t->all, struct expectation, node),
			   EXPECT_CANCELLED);
}

/* Of others nobody is left who could be told the answer. */
static bool is_outliving(const struct expectation *e)
{
	if (e->flags & ADIT_SHARED)
		return true;
	return e->flags & ADIT_OUTLIVES && e->state == EXPECT_LISTENING &&
	       e->armed;
}

void expect_parent_gone(struct expect_table *table, struct expect_parent *p,
			uint32_t channel)
{
	struct list *n, *t;

	p->asker = NULL;
	list_each (n, t, &p->all) {
		struct expectation *e = list_entry(n, struct expectation,
						   sibling);

		if (!is_outliving(e)) {
			expect_end(e, EXPECT_ORPHANED);
			continue;
		}
		list_remove(&e->sibling);
		e->parent = NULL;
	}
	expect_listener_opener_gone(table, channel);
}

/* ---- in between -------------------------------------------------------- */

struct expectation *expect_get(const struct expect_table *t, uint32_t id)
{
	return map_get(&t->by_id, id);
}

void expect_answered(struct expectation *e, const struct adit_addr *shown)
{
	e->state = EXPECT_LISTENING;
	e->shown = *shown;
}

bool expect_arm(struct expect_table *t, uint32_t id)
{
	struct expectation *e = expect_get(t, id);

	if (!e || e->armed)
		return false;
	e->armed = true;
	if (e->socket)
		t->ops->accept(e->socket);
	return true;
}

int expect_take(struct expect_table *t, uint32_t id)
{
	struct expectation *e = expect_get(t, id);

	if (!e)
		return ERR_NOTFOUND;
	if (!e->armed)
		return ERR_AGAIN;
	e->used_at = expect_now(t);
	if (e->uses && --e->uses == 0)
		expect_end(e, EXPECT_USED);
	return 0;
}

/* ---- which one a connection means -------------------------------------- */

struct expectation *expect_through(const struct expect_table *t, uint32_t id)
{
	struct expect_listener *l = expect_listener_find(t, id);

	return l ? expect_listener_next(l) : NULL;
}

static bool expect_is_meant(const struct expectation *e,
			    const struct adit_addr *to)
{
	if (e->flags & ADIT_REVERSE)
		return false;
	for (size_t i = 0; i < e->ntargets; i++)
		if (e->target[i].port == to->port &&
		    (adit_addr_same_host(&e->target[i], to) ||
		     adit_addr_same_host(&e->dialled, to)))
			return true;
	return false;
}

struct expectation *expect_match(const struct expect_table *t,
				 const struct adit_addr *to)
{
	const struct list *l;

	for (l = t->all.prev; l != &t->all; l = l->prev) {
		struct expectation *e = list_entry(l, struct expectation, node);

		if (expect_is_meant(e, to))
			return e;
	}
	return NULL;
}

/* ---- time -------------------------------------------------------------- */

uint64_t expect_now(const struct expect_table *t)
{
	return t->paused ? t->paused_at : t->ops->now(t);
}

void expect_expire(struct expect_table *table)
{
	uint64_t now = table->ops->now(table);
	struct list *n, *t;

	if (table->paused)
		return;
	list_each (n, t, &table->all) {
		struct expectation *e = list_entry(n, struct expectation, node);

		if (e->flags & ADIT_SHARED)
			expect_shared_prolong(e, now);
		if (e->deadline <= now)
			expect_end(e, EXPECT_EXPIRED);
	}
}

void expect_pause(struct expect_table *t)
{
	if (!t->paused)
		t->paused_at = t->ops->now(t);
	t->paused = true;
}

void expect_resume(struct expect_table *table)
{
	struct list *n, *t;
	uint64_t pause;

	if (!table->paused)
		return;
	table->paused = false;
	pause = table->ops->now(table) - table->paused_at;
	list_each (n, t, &table->all) {
		struct expectation *e = list_entry(n, struct expectation, node);

		e->deadline += pause;
		e->used_at += pause;
	}
}
