/* SPDX-License-Identifier: BSD-2-Clause */
/* door.c - listening points at the agent, shared by those who lead to the same
 * place. */
#include "gateway/door.h"

#include "base/err.h"
#include "base/log.h"

#include <stdlib.h>
#include <string.h>

enum { TELL_US = 10000000 };

/* ---- who shares ------------------------------------------------------------------ */

/* One that is not tied to its channel, nor waits for a word of it. */
static bool is_shareable(const struct expectation *e)
{
	return (e->flags & (ADIT_OUTLIVES | ADIT_REVERSE | ADIT_UNARMED)) ==
	       ADIT_OUTLIVES;
}

static bool same_addr(const struct adit_addr *a, const struct adit_addr *b)
{
	return a->port == b->port && !strcmp(a->host, b->host);
}

static bool same_targets(const struct expectation *a,
			 const struct expectation *b)
{
	if (a->ntargets != b->ntargets)
		return false;
	for (size_t i = 0; i < a->ntargets; i++)
		if (!same_addr(&a->target[i], &b->target[i]))
			return false;
	return true;
}

/* Whatever decides where a connection goes and what becomes of it. */
static bool is_alike(const struct expectation *a, const struct expectation *b)
{
	const struct point *p = a->owner, *q = b->owner;

	return a->flags == b->flags && a->tag == b->tag && same_targets(a, b) &&
	       !strcmp(p->resource, q->resource) &&
	       same_addr(&p->server, &q->server) &&
	       !strcmp(p->from.host, q->from.host) && p->service == q->service;
}

void door_use(struct door *d, struct point *p)
{
	p->door = d;
	list_append(&d->users, &p->user);
}

struct door *door_join(struct expectation *e)
{
	struct gsession *gs = ((struct point *)e->owner)->gs;
	struct list *n, *t;

	if (!is_shareable(e))
		return NULL;
	list_each (n, t, &gs->doors) {
		struct door *d = list_entry(n, struct door, node);

		if (d->left >= e->uses && is_alike(door_next(d), e)) {
			d->left -= e->uses;
			door_use(d, e->owner);
			return d;
		}
	}
	return NULL;
}

struct door *door_find(const struct gsession *gs, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &gs->doors)
		if (list_entry(n, struct door, node)->id == id)
			return list_entry(n, struct door, node);
	return NULL;
}

/* ---- opened and closed ------------------------------------------------------------ */

static void stand_in_line(struct point *p)
{
	struct gsession *gs = p->gs;
	uint64_t now = shard_now(gs->shard);
	char who[WHO_TEXT];

	list_append(&gs->door_line, &p->line);
	if (gs->door_told_us && now - gs->door_told_us < TELL_US)
		return;
	gs->door_told_us = now;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: connections to "
		"which the protocol leads wait for a listening point at the "
		"agent, which has %d for them, until one is used",
		gs->user, DOORS_MAX);
}

struct door *door_make(struct gsession *gs)
{
	struct door *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	list_init(&d->users);
	list_append(&gs->doors, &d->node);
	gs->ndoors++;
	return d;
}

int door_open(struct expectation *e, struct door **out)
{
	struct point *p = e->owner;
	struct gsession *gs = p->gs;
	struct door *d;

	if (gs->ndoors >= DOORS_MAX) {
		stand_in_line(p);
		return ERR_AGAIN;
	}
	d = door_make(gs);
	if (!d)
		return ERR_NOMEM;
	d->id = e->id;
	d->opener = e->parent;
	d->uses = is_shareable(e) ? DOOR_USES : e->uses;
	d->left = d->uses - e->uses;
	door_use(d, p);
	*out = d;
	return 0;
}

void door_drop(struct gsession *gs, struct door *d)
{
	list_remove(&d->node);
	gs->ndoors--;
	free(d);
	if (!list_is_empty(&gs->door_line))
		task_defer(&gs->shard->loop, &gs->door_task);
}

void door_left(struct point *p, enum expect_end why)
{
	struct door *d = p->door;

	list_remove(&p->line);
	list_remove(&p->user);
	p->door = NULL;
	if (!d || !list_is_empty(&d->users))
		return;
	/* One that is not shared ends at the agent with its last use. */
	if (d->asked && (d->uses == DOOR_USES || why != EXPECT_USED))
		expected_withdraw(p->gs, d->id);
	door_drop(p->gs, d);
}

void doors_look(struct gsession *gs)
{
	struct list todo;

	list_init(&todo);
	list_splice(&todo, &gs->door_line);
	while (!list_is_empty(&todo)) {
		struct point *p = list_first(&todo, struct point, line);

		list_remove(&p->line);
		expected_found(p, expect_get(&gs->expects, p->id));
	}
}

/* ---- what the agent says ------------------------------------------------------------ */

static struct expectation *waiting_user(const struct door *d)
{
	struct list *n, *t;

	list_each (n, t, &d->users) {
		struct point *p = list_entry(n, struct point, user);
		struct expectation *e = expect_get(&p->gs->expects, p->id);

		if (e->state == EXPECT_WAITING)
			return e;
	}
	return NULL;
}

static void tell(struct expectation *e, const struct door *d)
{
	struct point *p = e->owner;
	struct expect_table *t = &p->gs->expects;
	struct inspection *ins = p->parent ? p->parent->inspection : NULL;
	enum adit_result result = d->ready ? ADIT_OK : ADIT_FAILED;
	struct adit_addr show = d->show;
	uint32_t id = e->id;

	if (d->ready)
		expect_answered(e, &show);
	else
		expect_failed(t, id);
	if ((!ins || !inspect_answer(ins->ch, id, result, &show)) &&
	    result == ADIT_OK)
		expect_cancel(t, id);
	if (ins)
		inspection_pump(ins);
}

void door_answered(struct door *d, const struct expected *x)
{
	struct point *p = list_first(&d->users, struct point, user);
	struct gsession *gs = p->gs;
	uint32_t id = d->id;
	struct expectation *e;

	if (d->ready)
		return;
	d->ready = !x->failed;
	if (x->failed)
		d->asked = false; /* there is nothing to withdraw */
	d->show = p->from;
	d->show.port = x->port;
	/* Whoever is told may end, and the door with the last. */
	while (d && (e = waiting_user(d))) {
		tell(e, d);
		d = door_find(gs, id);
	}
	if (d && !d->ready)
		expect_failed(&gs->expects, id);
}

void doors_opener_gone(struct gsession *gs, uint32_t serial)
{
	struct list *n, *t;
	struct expectation *e;

	list_each (n, t, &gs->doors) {
		struct door *d = list_entry(n, struct door, node);

		if (d->ready || d->opener != serial)
			continue;
		/* They ask for one of their own. */
		while ((e = waiting_user(d))) {
			struct point *p = e->owner;

			list_move(&gs->door_line, &p->line);
			list_remove(&p->user);
			p->door = NULL;
			task_defer(&gs->shard->loop, &gs->door_task);
		}
		/* The agent may have heard of the end first, and then there is
		 * none: whoever was told of it is left, and nobody joins. */
		d->left = 0;
		if (!list_is_empty(&d->users))
			continue;
		if (d->asked)
			expected_withdraw(gs, d->id);
		door_drop(gs, d);
	}
}
