/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_ask.c - a plugin announces a connection, and is told where the other
 * side is to connect to.
 *
 *   forward:  names -> policy -> a listener that is there
 *                             -> a spare port            EXPECT kind SPARE
 *                             -> a port of the agent's   EXPECT kind ANY
 *             the application dials the server itself:   EXPECT kind TARGETS
 *   reverse:  the application's own address -> the gateway listens
 *             another address: is it the agent's?        EXPECT kind HERE
 *
 * What the plugin has to wait for comes by expect_ops.answer. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPARES_WANTED = 4 }; /* on a connection that is inspected too */

static bool expect_is_full(const struct expect_table *t,
			   const struct expect_parent *p, bool shared)
{
	struct list *n, *next;
	unsigned count = 0;

	list_each (n, next, &p->all)
		count += !(list_entry(n, struct expectation, sibling)->flags &
			   ADIT_SHARED);
	return t->count >= EXPECT_PER_TABLE ||
	       (!shared && count >= EXPECT_PER_CHANNEL) ||
	       t->last_id == UINT32_MAX;
}

static void expect_fill(struct expectation *e, const struct expect_asker *by,
			const struct expect_about *about,
			const struct adit_expect *want)
{
	e->id = by->table->last_id + 1;
	e->channel = by->channel;
	e->flags = want->flags;
	e->uses = want->uses;
	e->tag = want->tag;
	e->lifetime_ms = want->lifetime_ms;
	e->used_at = expect_now(by->table);
	e->deadline = e->used_at + want->lifetime_ms;
	e->looked_at = by->table->ops->now(by->table);
	e->real = by->real;
	e->armed = !(want->flags & ADIT_UNARMED);
	e->dialled = by->dialled;
	e->from = by->shown;
	e->server = about->server;
	e->client_id = about->client_id;
	e->service = about->service;
	snprintf(e->resource, sizeof e->resource, "%s", about->resource);
	memcpy(e->target, want->targets,
	       want->ntargets * sizeof *want->targets);
}

int expect_new(struct expect_asker *by, const struct expect_about *about,
	       const struct adit_expect *want, struct expectation **out)
{
	bool shared = want->flags & ADIT_SHARED;
	struct expectation *e;
	int ret;

	if (!want->ntargets || want->ntargets > EXPECT_TARGETS_MAX)
		return ERR_INVAL;
	e = shared ? expect_shared_find(by, about, want) : NULL;
	if (e) {
		*out = e;
		return expect_shared_join(e, by, want);
	}
	if (expect_is_full(by->table, by->parent, shared))
		return ERR_LIMIT;
	e = expect_make(want->ntargets);
	if (!e)
		return ERR_NOMEM;
	expect_fill(e, by, about, want);
	ret = buf_append(&e->given, want->data, want->ndata);
	if (!ret)
		ret = expect_enter(by->table, e);
	if (ret) {
		buf_fini(&e->given);
		free(e);
		return ret;
	}
	by->table->last_id++;
	expect_adopted(e, by->parent);
	*out = e;
	return 0;
}

/* ---- what the plugin is told ------------------------------------------- */

static struct expect_asker *asker_of(struct expectation *e)
{
	if (e->flags & ADIT_SHARED)
		return expect_shared_asker(e);
	return e->parent ? e->parent->asker : NULL;
}

static enum adit_result expect_result_of(int ret)
{
	switch (ret) {
	case 0:
		return ADIT_OK;
	case ERR_AGAIN:
		return ADIT_WAIT;
	case ERR_DENIED:
		return ADIT_DENIED;
	default:
		return ADIT_FAILED;
	}
}

static const char *expect_why(const struct expectation *e, int ret)
{
	if (ret == ERR_DENIED && e->flags & ADIT_REVERSE)
		return "it is no address of the application's machine";
	if (ret == ERR_DENIED && e->why[0])
		return e->why;
	if (ret == ERR_INVAL)
		return "the agent is too old for ADIT_KEEP_PORT";
	if (ret == ERR_LIMIT)
		return "the session has as many listeners as it may have; see "
		       "expectations in aditd.ini";
	return ret == ERR_CLOSED ? "the agent could not listen" : err_str(ret);
}

static void expect_say_why(struct expectation *e, int ret)
{
	struct expect_asker *by = asker_of(e);

	if (by)
		snprintf(by->why, sizeof by->why, "%s", expect_why(e, ret));
}

/* The same for an expectation that is shared. */
static void expect_tell_all(struct expectation *e, int ret,
			    const struct adit_addr *show)
{
	struct expect_table *t = e->table;
	char why[EXPECT_WHY] = "";
	uint32_t id = e->id;

	if (ret) {
		snprintf(why, sizeof why, "%s", expect_why(e, ret));
		expect_failed(t, id);
	}
	expect_shared_tell(t, &(struct expect_news){ id, expect_result_of(ret),
						     show, why });
}

/* Later than expect_ask; an expectation of which nobody hears ends. */
static void expect_tell(struct expectation *e, int ret,
			const struct adit_addr *show)
{
	struct expect_asker *by = asker_of(e);
	struct expect_table *t = e->table;
	uint32_t id = e->id;

	if (e->flags & ADIT_SHARED) {
		expect_tell_all(e, ret, show);
		return;
	}
	if (ret) {
		expect_say_why(e, ret);
		expect_failed(t, id);
	}
	if ((!by || !t->ops->answer(by, id, expect_result_of(ret), show)) &&
	    !ret)
		expect_cancel(t, id);
}

/* ---- the agent is asked ------------------------------------------------ */

static int expect_post(struct expectation *e, const struct expect *x)
{
	e->posted = true;
	return e->table->ops->post(e, x);
}

static struct expect frame_of(const struct expectation *e, uint32_t uses)
{
	return (struct expect){
		.id = e->id,
		.spares = e->flags & ADIT_INSPECT ? SPARES_WANTED : 0,
		.uses = (uint8_t)uses,
	};
}

static void name_targets(struct expect *x, const struct expectation *e)
{
	x->ntargets = (unsigned)MIN(e->ntargets, TARGET_MAX);
	for (unsigned i = 0; i < x->ntargets; i++) {
		snprintf(x->targets[i].host, sizeof x->targets[i].host, "%s",
			 e->target[i].host);
		x->targets[i].port = e->target[i].port;
	}
}

/* The application sees the server's own addresses, and will dial them. */
static int ask_targets(struct expectation *e, struct adit_addr *show)
{
	struct expect x = frame_of(e, e->uses);

	x.kind = EXPECT_TARGETS;
	name_targets(&x, e);
	*show = e->target[0];
	expect_answered(e, show);
	return expect_post(e, &x);
}

static int ask_port(struct expectation *e, struct expect_spares *spares,
		    struct adit_addr *show)
{
	struct expect_listener *l;
	struct expect x;
	int ret = expect_listener_open(e, &l);

	if (ret)
		return ret;
	l->asked = true;
	x = frame_of(e, l->uses);
	if (expect_spares_take(spares, e->target[0].port, show)) {
		x.kind = EXPECT_SPARE;
		x.port = show->port;
		expect_answered(e, show);
		return expect_post(e, &x);
	}
	x.kind = EXPECT_ANY;
	ret = expect_post(e, &x);
	return ret ? ret : ERR_AGAIN;
}

/* Whether the target is a resource: then the agent says where that listens.
 * False: it is none, or the agent has said that it does not listen. */
static bool ask_own(struct expectation *e, int *ret)
{
	struct expect x = frame_of(e, 1);

	if (!expect_shared_may_be_own(e) ||
	    !e->table->ops->own(e, x.targets[0].host))
		return false;
	x.kind = EXPECT_OWN;
	x.spares = 0;
	x.ntargets = 1;
	x.targets[0].port = e->target[0].port;
	*ret = expect_post(e, &x);
	if (!*ret)
		*ret = ERR_AGAIN;
	return true;
}

/* One that belongs to the session: asked for again under the same number where
 * the answer has gone with the channel in whose name it was asked for. */
static int ask_shared(struct expectation *e, struct expect_asker *by,
		      struct adit_addr *show)
{
	struct expect_listener *l = e->listener;
	struct expect x;
	int ret = 0;

	if (by->real) {
		*show = e->target[0];
		expect_answered(e, show);
		return 0;
	}
	if (e->state == EXPECT_LISTENING)
		return expect_shared_show(e, show);
	if (ask_own(e, &ret))
		return ret;
	if (e->flags & ADIT_KEEP_PORT && !e->table->agent_shares)
		return ERR_INVAL;
	if (!l)
		ret = expect_listener_open(e, &l);
	if (ret)
		return ret;
	l->opener = by->channel;
	l->asked = true;
	/* An older agent counts, so another one will have to be made. */
	if (l->uses)
		e->uses = e->uses ? MIN(e->uses, l->uses) : l->uses;
	x = frame_of(e, l->uses);
	expect_shared_frame(e, &x);
	ret = expect_post(e, &x);
	return ret ? ret : ERR_AGAIN;
}

/* 0; ERR_AGAIN: it waits for the agent, or for a place in the queue. */
static int ask_agent(struct expectation *e, struct expect_asker *by,
		     struct adit_addr *show)
{
	struct expect_listener *l;

	if (e->flags & ADIT_SHARED)
		return ask_shared(e, by, show);
	if (by->real)
		return ask_targets(e, show);
	l = expect_listener_join(e);
	if (!l)
		return ask_port(e, &by->spares, show);
	if (!l->ready)
		return ERR_AGAIN;
	*show = l->shown;
	expect_answered(e, show);
	return 0;
}

static int ask_forward(struct expectation *e, struct adit_addr *show)
{
	struct expect_asker *by = asker_of(e);
	int ret = expect_target_find(e);

	if (!ret && !by)
		ret = ERR_CLOSED;
	return ret ? ret : ask_agent(e, by, show);
}

/* Later than expect_ask. */
static void expect_ask_again(struct expectation *e)
{
	struct adit_addr show = { .port = 0 };
	int ret = ask_forward(e, &show);

	if (ret != ERR_AGAIN)
		expect_tell(e, ret, &show);
}

/* ---- the gateway listens ----------------------------------------------- */

static int listen_here(struct expectation *e, struct adit_addr *show)
{
	int ret = e->table->ops->listen(e, show);

	if (ret)
		return ret;
	expect_answered(e, show);
	/* A connection that comes early waits in the kernel. */
	if (e->armed)
		e->table->ops->accept(e->socket);
	return 0;
}

/* Only the agent knows the addresses of its machine; a third machine would lead
 * the server to nowhere, so the plugin must hear of it before the server
 * does. */
static int ask_reverse(struct expectation *e, struct adit_addr *show)
{
	struct expect x = frame_of(e, e->uses);
	int ret;

	if (e->table->ops->is_application(e, &e->target[0]))
		return listen_here(e, show);
	x.kind = EXPECT_HERE;
	name_targets(&x, e);
	ret = expect_post(e, &x);
	return ret ? ret : ERR_AGAIN;
}

/* The agent says whether it is an address of its machine. */
static void settle_reverse(struct expectation *e, bool is_here)
{
	struct adit_addr show = { .port = 0 };
	int ret = is_here ? ERR_CLOSED : ERR_DENIED;

	if (is_here && asker_of(e))
		ret = listen_here(e, &show);
	expect_tell(e, ret, &show);
}

enum adit_result expect_ask(struct expectation *e, struct adit_addr *show)
{
	int ret;

	if (e->state == EXPECT_LISTENING || e->lookup || e->posted)
		ret = expect_shared_show(e, show);
	else if (e->flags & ADIT_REVERSE)
		ret = ask_reverse(e, show);
	else
		ret = ask_forward(e, show);
	if (ret && ret != ERR_AGAIN) {
		expect_say_why(e, ret);
		expect_failed(e->table, e->id);
	}
	return expect_result_of(ret);
}

/* ---- what comes later -------------------------------------------------- */

void expect_resolved(struct expectation *e, const struct addr *found,
		     unsigned n, const char *why)
{
	/* One that is shared: its plugin has the answer already. */
	if (e->state == EXPECT_LISTENING) {
		expect_target_renewed(e, found, n);
		return;
	}
	(void)asker_of(e);
	expect_target_resolved(e, found, n, why);
	expect_ask_again(e);
}

void expect_look(struct expect_table *t)
{
	struct list todo;

	list_init(&todo);
	list_splice(&todo, &t->queue);
	while (!list_is_empty(&todo)) {
		struct expectation *e = list_first(&todo, struct expectation,
						   queued);

		list_remove(&e->queued);
		expect_ask_again(e);
	}
}

static bool expect_must_ask(const struct expectation *e)
{
	bool idle = !e->posted && !e->listener;

	/* An answer that is under way says the same. */
	return !e->socket && e->state == EXPECT_WAITING &&
	       (idle || (e->flags & ADIT_SHARED && e->listener));
}

/* What one is told may end another, and the plugin may ask for a third. */
void expect_go_on(struct expect_table *table)
{
	struct list *n, *t;

	list_each (n, t, &table->all) {
		struct expectation *e = list_entry(n, struct expectation, node);

		if (e->socket && e->armed)
			table->ops->accept(e->socket);
		else if (expect_must_ask(e))
			list_move(&table->queue, &e->queued);
	}
	expect_look(table);
}

/* ---- the agent answers ------------------------------------------------- */

/* A port in the place of the spare one that was used. */
static void keep_spare(struct expectation *e, uint16_t port)
{
	struct expect_asker *by = asker_of(e);
	struct adit_addr at = e->from;

	at.port = port;
	if (port && by)
		(void)!expect_spares_add(&by->spares, &at);
}

/* Whoever is told may end, and the listener with the last one. */
static void expect_tell_users(struct expect_table *t, struct expect_listener *l)
{
	int ret = l->ready ? 0 : ERR_CLOSED;
	struct adit_addr shown = l->shown;
	uint32_t id = l->id;
	struct expectation *e;

	while (l && (e = expect_listener_waiting(l))) {
		if (!ret)
			expect_answered(e, &shown);
		expect_tell(e, ret, &shown);
		l = expect_listener_find(t, id);
	}
	if (l && ret)
		expect_failed(t, id);
}

static void expect_on_listener(struct expect_table *t,
			       struct expect_listener *l,
			       const struct expected *x)
{
	/* One that is shared may be closed later, by `adit stop`. */
	if (l->ready) {
		if (x->failed)
			expect_failed(t, x->id);
		return;
	}
	l->ready = !x->failed;
	if (x->failed)
		l->asked = false; /* there is nothing to withdraw */
	l->shown = expect_listener_next(l)->from;
	l->shown.port = x->port;
	if (!x->failed && expect_shared_shown(&l->shown, x))
		l->ready = false;
	expect_tell_users(t, l);
}

/* Where the resource listens that the target is; else it gets a listener. */
static void expect_on_own(struct expectation *e, const struct expected *x)
{
	struct adit_addr show = e->from;

	e->asked_own = true;
	if (x->failed || expect_shared_shown(&show, x)) {
		expect_ask_again(e);
		return;
	}
	show.port = x->port;
	expect_answered(e, &show);
	expect_tell(e, 0, &show);
}

static void expect_on_forward(struct expect_table *t, struct expectation *e,
			      const struct expected *x)
{
	struct expect_listener *l;

	if (e) {
		keep_spare(e, x->spare);
		if (x->failed && e->parent && !(e->flags & ADIT_SHARED))
			t->ops->cannot_listen(e, x->text);
	}
	l = expect_listener_find(t, x->id);
	if (l)
		expect_on_listener(t, l, x);
	else if (e && e->flags & ADIT_SHARED && e->state == EXPECT_WAITING)
		expect_on_own(e, x);
	else if (e && x->failed)
		expect_failed(t, x->id);
}

int expect_on_answer(struct expect_table *t, const struct expected *x)
{
	struct expectation *e = expect_get(t, x->id);

	if (e && !e->posted)
		return ERR_PROTO;
	if (!e || !(e->flags & ADIT_REVERSE))
		expect_on_forward(t, e, x);
	else if (e->state == EXPECT_WAITING)
		settle_reverse(e, !x->failed);
	return 0;
}
