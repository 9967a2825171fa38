/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.c - connections that plugins announce, from the question to the
 * channel. */
#include "gateway/door.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPARES_WANTED = 4 }; /* on a channel that is inspected too */

/* ---- the table ------------------------------------------------------------------- */

static void turn_away(struct point *p)
{
	while (!list_is_empty(&p->waiting)) {
		struct gchan *gc = list_first(&p->waiting, struct gchan,
					      dialing);

		list_remove(&gc->dialing);
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "the announcement was withdrawn");
	}
}

void expected_withdraw(struct gsession *gs, uint32_t id)
{
	uint8_t p[4];
	struct iovec payload = { p, pack_u32(p, sizeof p, id) };

	if (gsession_is_live(gs) &&
	    session_post(gs->session, FRAME_CANCEL, 0, NULL, &payload))
		session_fail(gs->session, "out of memory");
}

static void on_ended(void *ctx, struct expectation *e, enum expect_end why)
{
	struct point *p = e->owner;

	(void)ctx;
	if (!p)
		return;
	if (p->asked && !p->door && why != EXPECT_USED && why != EXPECT_FAILED)
		expected_withdraw(p->gs, e->id);
	door_left(p, why);
	reverse_close(p);
	turn_away(p);
	list_remove(&p->query.node);
	free(p->found);
	free(p);
}

static const struct expect_ops expect_ops = { .ended = on_ended };

static void on_task(struct task *t)
{
	struct gsession *gs = container_of(t, struct gsession, door_task);

	session_set_now(gs->session, shard_now(gs->shard));
	doors_look(gs);
}

void expected_init(struct gsession *gs)
{
	expect_init(&gs->expects, &expect_ops, gs);
	list_init(&gs->doors);
	list_init(&gs->door_line);
	task_init(&gs->door_task, on_task);
}

void expected_drop_all(struct gsession *gs)
{
	struct expect_table *t = &gs->expects;

	while (!list_is_empty(&t->all))
		expect_cancel(
			t, list_first(&t->all, struct expectation, node)->id);
}

void expected_fini(struct gsession *gs)
{
	expected_drop_all(gs);
	task_cancel(&gs->door_task);
	expect_fini(&gs->expects);
}

void expected_expire(struct gsession *gs, uint64_t now_us)
{
	expect_expire(&gs->expects, now_us / 1000);
}

void expected_channel_gone(struct gchan *gc)
{
	struct expect_table *t = &gc->gs->expects;
	struct list *n, *next;

	expect_parent_gone(t, gc->serial);
	list_each (n, next, &t->all) {
		struct expectation *e = list_entry(n, struct expectation, node);
		struct point *p = e->owner;

		if (p && p->parent == gc)
			p->parent = NULL;
	}
	doors_opener_gone(gc->gs, gc->serial);
}

/* ---- a plugin asks ------------------------------------------------------------------ */

struct point *point_make(struct gsession *gs, struct expectation *e)
{
	struct point *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->gs = gs;
	p->id = e->id;
	p->fd = -1;
	list_init(&p->waiting);
	list_init(&p->query.node);
	list_init(&p->user);
	list_init(&p->line);
	e->owner = p;
	return p;
}

static struct point *point_new(struct inspection *ins, struct expectation *e)
{
	struct gchan *gc = ins->gc;
	struct chan_info i = chan_info(gc->relay.chan);
	struct point *p = point_make(gc->gs, e);

	if (!p)
		return NULL;
	p->parent = gc;
	p->from = ins->shown;
	p->client_id = i.client_id;
	p->service = i.service;
	p->server = inspect_addr(&gc->dest);
	snprintf(p->resource, sizeof p->resource, "%s", gc->resource->name);
	return p;
}

static int post(struct inspection *ins, struct expectation *e,
		const struct expect *x)
{
	uint8_t p[FRAME_PAYLOAD_MAX];
	struct iovec payload = { p, pack_expect(p, sizeof p, x) };

	((struct point *)e->owner)->asked = true;
	return payload.iov_len ?
		       session_post(ins->gc->gs->session, FRAME_EXPECT, 0,
				    ins->gc->relay.chan, &payload) :
		       ERR_LIMIT;
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
static int ask_targets(struct inspection *ins, struct expectation *e,
		       struct adit_addr *show)
{
	struct expect x = frame_of(e, e->uses);

	x.kind = EXPECT_TARGETS;
	name_targets(&x, e);
	*show = e->target[0];
	expect_answered(e, show);
	return post(ins, e, &x);
}

/* At a listening point that is there.  ERR_AGAIN: or that will be. */
static int enter(struct door *d, struct expectation *e, struct adit_addr *show)
{
	if (!d->ready)
		return ERR_AGAIN;
	*show = d->show;
	expect_answered(e, show);
	return 0;
}

/* ERR_AGAIN: the agent has to find a port first. */
static int ask_port(struct inspection *ins, struct expectation *e,
		    struct adit_addr *show)
{
	struct door *d = door_join(e);
	struct expect x;
	int ret;

	if (d)
		return enter(d, e, show);
	ret = door_open(e, &d);
	if (ret)
		return ret;
	d->asked = true;
	x = frame_of(e, d->uses);
	if (spare_take(&ins->spares, e->target[0].port, show)) {
		x.kind = EXPECT_SPARE;
		x.port = show->port;
		expect_answered(e, show);
		return post(ins, e, &x);
	}
	x.kind = EXPECT_ANY;
	ret = post(ins, e, &x);
	return ret ? ret : ERR_AGAIN;
}

static int ask_agent(struct inspection *ins, struct expectation *e,
		     struct adit_addr *show)
{
	return ins->real ? ask_targets(ins, e, show) : ask_port(ins, e, show);
}

/* Only the agent knows the addresses of its machine; a third machine would lead
 * the server to nowhere, so the plugin must hear of it before the server does. */
static int ask_here(struct inspection *ins, struct expectation *e,
		    struct adit_addr *show)
{
	struct expect x = frame_of(e, e->uses);
	int ret;

	if (reverse_is_own(ins, e))
		return reverse_open(ins, e, show);
	x.kind = EXPECT_HERE;
	name_targets(&x, e);
	ret = post(ins, e, &x);
	return ret ? ret : ERR_AGAIN;
}

static int ask(struct inspection *ins, struct expectation *e,
	       struct adit_addr *show)
{
	struct point *p = point_new(ins, e);
	int ret;

	if (!p)
		return ERR_NOMEM;
	if (e->flags & ADIT_REVERSE)
		return ask_here(ins, e, show);
	ret = expected_find(p, e);
	return ret ? ret : ask_agent(ins, e, show);
}

static enum adit_result result_of(int ret)
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

enum adit_result expected_ask(struct inspection *ins,
			      const struct adit_expect *want,
			      struct expected_answer *out)
{
	struct gsession *gs = ins->gc->gs;
	struct expect_parent from = {
		.channel = ins->gc->serial,
		.dialled = &ins->dialled,
		.now = shard_now(gs->shard) / 1000,
	};
	struct expectation *e;
	char who[WHO_TEXT];
	int ret = expect_new(&gs->expects, want, &from, &e);

	if (ret == ERR_LIMIT)
		log_msg(LOG_WARN, inspection_who(ins, who),
			"too many connections that nobody has made yet: %d may "
			"be announced by one connection, %d in a session",
			EXPECT_PER_CHANNEL, EXPECT_PER_TABLE);
	else if (ret)
		log_msg(LOG_WARN, inspection_who(ins, who),
			"a connection "
			"cannot be announced: %s",
			err_str(ret));
	if (ret)
		return result_of(ret);
	*out->id = e->id;
	ret = ask(ins, e, out->show);
	if (ret && ret != ERR_AGAIN)
		expect_failed(&gs->expects, *out->id);
	return result_of(ret);
}

/* The names of its targets are resolved. */
void expected_found(struct point *p, struct expectation *e)
{
	struct gsession *gs = p->gs;
	struct inspection *ins = p->parent ? p->parent->inspection : NULL;
	struct adit_addr show = { .port = 0 };
	uint32_t id = e->id;
	int ret = expected_find(p, e);

	session_set_now(gs->session, shard_now(gs->shard));
	if (!ret && !ins)
		ret = ERR_CLOSED;
	if (!ret)
		ret = ask_agent(ins, e, &show);
	if (ret == ERR_AGAIN)
		return;
	if (ret)
		expect_failed(&gs->expects, id);
	if (ins && !inspect_answer(ins->ch, id, result_of(ret), &show) && !ret)
		expect_cancel(&gs->expects, id);
	if (ins)
		inspection_pump(ins);
}

/* ---- the agent answers --------------------------------------------------------------- */

/* It is an address of its machine, or not. */
static void settle_reverse(struct gsession *gs, struct expectation *e,
			   bool is_here)
{
	struct point *p = e->owner;
	struct inspection *ins = p->parent ? p->parent->inspection : NULL;
	struct adit_addr show = { .port = 0 };
	int ret = !is_here ? ERR_DENIED :
		  !ins     ? ERR_CLOSED :
			     reverse_open(ins, e, &show);
	uint32_t id = e->id;

	if (ret)
		expect_failed(&gs->expects, id);
	if (ins && !inspect_answer(ins->ch, id, result_of(ret), &show) && !ret)
		expect_cancel(&gs->expects, id);
	if (ins)
		inspection_pump(ins);
}

/* A port in the place of the spare one that was used. */
static void keep_spare(const struct point *p, uint16_t port)
{
	struct inspection *ins = p->parent ? p->parent->inspection : NULL;
	struct adit_addr at = p->from;

	at.port = port;
	if (port && ins)
		(void)!spare_add(&ins->spares, &at);
}

int expected_on_answer(struct gsession *gs, const struct frame *f,
		       const uint8_t *payload)
{
	struct expectation *e;
	struct expected x;
	struct point *p;
	struct door *d;

	if (unpack_expected(&x, payload, f->len))
		return session_fail(gs->session, "malformed EXPECTED");
	e = expect_get(&gs->expects, x.id);
	p = e ? e->owner : NULL;
	if (p && !p->asked)
		return session_fail(gs->session, "EXPECTED without EXPECT");
	if (p && e->flags & ADIT_REVERSE) {
		if (e->state == EXPECT_WAITING)
			settle_reverse(gs, e, !x.failed);
		return 0;
	}
	if (p)
		keep_spare(p, x.spare);
	/* The line that announces it must not reach the application. */
	if (p && x.failed && p->parent)
		chan_reset(p->parent->relay.chan, REASON_LISTEN, x.text);
	d = door_find(gs, x.id);
	if (d)
		door_answered(d, &x);
	else if (p && x.failed)
		expect_failed(&gs->expects, x.id);
	return 0;
}

/* ---- the connection comes ------------------------------------------------------------- */

/* What is needed of an expectation, before a use may end it. */
static bool prepare(struct gchan *gc, const struct expectation *e)
{
	const struct point *p = e->owner;
	struct dial *d = gc->dial;
	size_t n = p->nfound * sizeof *d->targets;

	d->targets = malloc(n);
	if (!d->targets)
		return false;
	memcpy(d->targets, p->found, n);
	d->ntargets = p->nfound;
	d->expected = true;
	d->may = expected_may;
	d->inspect = e->flags & ADIT_INSPECT;
	d->tag = e->tag;
	d->expectation = e->id;
	d->parent_server = p->server;
	gc->parent = e->parent;
	gc->expectation = e->id;
	if (p->parent)
		gchan_link(gc, p->parent->inspection);
	gc->resource = gw_conf_resource(gc->gs->shard->snap->conf, p->resource);
	return true;
}

bool expected_is_granted(const struct point *p)
{
	const struct gw_conf *conf = p->gs->shard->snap->conf;
	const struct gw_resource *r = gw_conf_resource(conf, p->resource);
	struct grant g = gsession_grant(p->gs);

	return r && policy_granted(conf, &g, r);
}

void expected_take(struct gchan *gc)
{
	struct expect_table *t = &gc->gs->expects;
	uint32_t id = gc->dial->expectation;
	struct expectation *e = expect_get(t, id);
	int ret = expect_take(t, id);

	if (!ret)
		dial_targets(gc);
	else if (ret == ERR_AGAIN)
		list_move(&((struct point *)e->owner)->waiting, &gc->dialing);
	else
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "the announcement is used up");
}

void expected_arm(struct gsession *gs, uint32_t id)
{
	struct expectation *e = expect_get(&gs->expects, id);
	struct list ready;

	if (!expect_arm(&gs->expects, id))
		return;
	if (e->flags & ADIT_REVERSE) {
		reverse_arm(e->owner);
		return;
	}
	list_init(&ready);
	list_splice(&ready, &((struct point *)e->owner)->waiting);
	while (!list_is_empty(&ready)) {
		struct gchan *gc = list_first(&ready, struct gchan, dialing);

		list_remove(&gc->dialing);
		expected_take(gc);
	}
}

static struct expectation *find(struct gsession *gs, const struct open *o)
{
	struct adit_addr to = { .port = o->dest.port };
	struct door *d;
	struct addr a;

	if (o->expectation) {
		d = door_find(gs, o->expectation);
		return d ? door_next(d) : NULL;
	}
	if (o->resource || !o->dest.host[0] || !gs->expects.count)
		return NULL;
	snprintf(to.host, sizeof to.host, "%s", o->dest.host);
	if (!addr_parse(&a, o->dest.host, o->dest.port))
		to = inspect_addr(&a);
	return expect_match(&gs->expects, &to);
}

bool expected_on_open(struct gchan *gc, const struct open *o)
{
	struct expectation *e = find(gc->gs, o);
	struct chan *c = gc->relay.chan;

	if (!e && !o->expectation)
		return false;
	if (!e || e->flags & ADIT_REVERSE)
		chan_reset(c, REASON_DENIED, "nobody expects this connection");
	else if (!prepare(gc, e))
		chan_reset(c, REASON_INTERNAL, "out of memory");
	else if (!expected_is_granted(e->owner))
		chan_reset(c, REASON_DENIED, "no longer allowed");
	else
		expected_take(gc);
	return true;
}
