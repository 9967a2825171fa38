/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover.c - expectations on their way to another process. */
#include "expect/expect_handover.h"

#include "expect/expect_inside.h"
#include "plugin/host_handover.h"

#include <stdlib.h>

void expect_table_handover(struct handover *c, struct expect_table *t)
{
	handover_field(c, &t->last_id);
	handover_field(c, &t->paused);
	handover_field(c, &t->paused_at);
	handover_field(c, &t->agent_shares);
	if (!c->packing)
		t->paused_at = MIN(t->paused_at, t->ops->now(t));
}

/* ---- one expectation --------------------------------------------------- */

static void head_handover(struct handover *c, struct expectation *e)
{
	uint8_t state = (uint8_t)e->state;
	/* The channel's number says so too. */
	bool orphan = !e->parent;

	handover_field(c, &e->id);
	handover_field(c, &e->channel);
	handover_field(c, &e->flags);
	handover_field(c, &e->uses);
	handover_field(c, &e->tag);
	handover_field(c, &e->deadline);
	handover_field(c, &e->lifetime_ms);
	handover_field(c, &e->real);
	handover_field(c, &e->asked_own);
	handover_field(c, &state);
	e->state = state;
	handover_field(c, &e->armed);
	handover_field(c, &orphan);
	adit_addr_handover(c, &e->dialled);
	adit_addr_handover(c, &e->shown);
	for (size_t i = 0; i < e->ntargets; i++)
		adit_addr_handover(c, &e->target[i]);
}

static bool flags_are_sound(const struct expectation *e)
{
	if (e->flags & ADIT_SHARED)
		return !(e->flags & ~EXPECT_SHARED_FLAGS) && e->armed;
	return !(e->flags & ~EXPECT_FLAGS) && e->uses &&
	       e->uses <= EXPECT_USES_MAX;
}

static bool expectation_is_sound(const struct expectation *e,
				 const struct expect_table *t)
{
	return e->id && e->id <= t->last_id && !expect_get(t, e->id) &&
	       e->ntargets && flags_are_sound(e) &&
	       e->state <= EXPECT_LISTENING;
}

static void parent_handover(struct handover *c, struct expectation *e)
{
	uint32_t channel = e->parent ? e->channel : 0;
	struct expect_parent *p;

	handover_field(c, &channel);
	if (c->packing || !channel)
		return;
	p = e->table->ops->find_parent(e->table, channel);
	if (p)
		expect_adopted(e, p);
}

static void socket_handover(struct handover *c, struct expectation *e)
{
	const struct expect_ops *ops = e->table->ops;
	int fd = e->socket ? ops->socket_fd(e->socket) : -1;

	handover_fd(c, &fd);
	if (c->packing || fd < 0)
		return;
	c->bad |= ops->adopt(e, fd) || !(e->flags & ADIT_REVERSE) ||
		  e->state != EXPECT_LISTENING;
}

static void found_handover(struct handover *c, struct expectation *e)
{
	handover_field(c, &e->looked);
	c->bad |= e->looked > e->ntargets;
	handover_count(c, &e->nfound, EXPECT_TARGETS_MAX);
	if (!c->packing && e->nfound) {
		e->found = calloc(e->nfound, sizeof *e->found);
		c->bad |= !e->found;
	}
	for (size_t i = 0; e->found && i < e->nfound; i++) {
		handover_addr(c, &e->found[i].at);
		handover_str(c, e->found[i].name, sizeof e->found[i].name);
	}
}

static void rest_handover(struct handover *c, struct expectation *e)
{
	parent_handover(c, e);
	handover_str(c, e->resource, sizeof e->resource);
	adit_addr_handover(c, &e->server);
	adit_addr_handover(c, &e->from);
	handover_field(c, &e->client_id);
	handover_field(c, &e->service);
	handover_field(c, &e->posted);
	socket_handover(c, e);
	found_handover(c, e);
	handover_str(c, e->why, sizeof e->why);
	handover_buf(c, &e->given);
	c->bad |= buf_len(&e->given) > EXPECT_DATA_MAX;
}

static void expectation_send(struct handover *c, struct expectation *e)
{
	handover_count(c, &e->ntargets, EXPECT_TARGETS_MAX);
	head_handover(c, e);
	rest_handover(c, e);
}

static void expectation_receive(struct handover *c, struct expect_table *t)
{
	struct expectation *e;
	size_t n = 0;

	handover_count(c, &n, EXPECT_TARGETS_MAX);
	e = expect_make(n);
	if (!e) {
		c->bad = true;
		return;
	}
	head_handover(c, e);
	if (c->bad || !expectation_is_sound(e, t) || expect_enter(t, e)) {
		c->bad = true;
		free(e);
		return;
	}
	if (!(e->flags & ADIT_SHARED))
		e->lifetime_ms = MIN(e->lifetime_ms, EXPECT_LIFETIME_MAX);
	e->deadline = MIN(e->deadline, t->ops->now(t) + e->lifetime_ms);
	e->used_at = expect_now(t);
	rest_handover(c, e);
}

/* ---- a listener at the agent ------------------------------------------- */

static void listener_handover(struct handover *c, struct expect_listener *l)
{
	handover_field(c, &l->id);
	handover_field(c, &l->opener);
	handover_field(c, &l->uses);
	handover_field(c, &l->left);
	handover_field(c, &l->asked);
	handover_field(c, &l->ready);
	adit_addr_handover(c, &l->shown);
	c->bad |= l->uses > EXPECT_LISTENER_USES || l->left > l->uses;
}

static void listener_send(struct handover *c, struct expect_listener *l)
{
	struct list *n, *t;
	size_t count = 0;

	listener_handover(c, l);
	list_each (n, t, &l->users)
		count++;
	handover_count(c, &count, EXPECT_LISTENER_USES);
	list_each (n, t, &l->users)
		handover_field(c, &list_entry(n, struct expectation, user)->id);
}

static void user_receive(struct handover *c, struct expect_table *t,
			 struct expect_listener *l)
{
	struct expectation *e;
	uint32_t id = 0;

	handover_field(c, &id);
	e = expect_get(t, id);
	if (e && !e->listener)
		expect_listener_use(l, e);
	else
		c->bad = true;
}

static void listener_receive(struct handover *c, struct expect_table *t)
{
	struct expect_listener *l = expect_listener_new(t);
	size_t n = 0;

	if (!l) {
		c->bad = true;
		return;
	}
	listener_handover(c, l);
	handover_count(c, &n, EXPECT_LISTENER_USES);
	c->bad |= !n;
	while (n-- && !c->bad)
		user_receive(c, t, l);
	/* It ends with its users. */
	if (list_is_empty(&l->users))
		expect_listener_free(t, l);
}

/* ---- all of them ------------------------------------------------------- */

static void table_receive(struct handover *c, struct expect_table *t)
{
	size_t n = 0;

	handover_count(c, &n, EXPECT_PER_TABLE);
	while (n-- && !c->bad)
		expectation_receive(c, t);
	n = 0;
	handover_count(c, &n, EXPECT_LISTENERS_MAX);
	while (n-- && !c->bad)
		listener_receive(c, t);
}

static void table_send(struct handover *c, struct expect_table *table)
{
	size_t n = table->count;
	struct list *l, *t;

	handover_count(c, &n, EXPECT_PER_TABLE);
	list_each (l, t, &table->all)
		expectation_send(c, list_entry(l, struct expectation, node));
	n = table->nlisteners;
	handover_count(c, &n, EXPECT_LISTENERS_MAX);
	list_each (l, t, &table->listeners)
		listener_send(c, list_entry(l, struct expect_listener, node));
}

void expect_handover(struct handover *c, struct expect_table *t)
{
	if (c->packing)
		table_send(c, t);
	else
		table_receive(c, t);
}
