/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.c - what the gateway does for connections that plugins announce
 * (expect/expect_ops.h), and the channels that come through them. */
#include "gateway/expected.h"

#include "base/err.h"
#include "base/log.h"
#include "expect/expect_listener.h"
#include "expect/expect_policy.h"
#include "gateway/lookup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CROWDED_US = 10000000 }; /* the log says so once in this time */

static struct gsession *session_of(const struct expect_table *t)
{
	return container_of(t, struct gsession, expects);
}

static struct inspection *inspection_of(struct expect_asker *by)
{
	return container_of(by, struct inspection, asker);
}

struct gchan *expected_channel(const struct expectation *e)
{
	return e->parent ? container_of(e->parent, struct gchan, announces) :
			   NULL;
}

static uint64_t expected_now(const struct expect_table *t)
{
	return shard_now(session_of(t)->shard) / 1000;
}

/* ---- to the agent ------------------------------------------------------ */

static int expected_post(struct expectation *e, const struct expect *x)
{
	struct gchan *gc = expected_channel(e);
	uint8_t p[FRAME_PAYLOAD_MAX];
	struct iovec payload = { p, pack_expect(p, sizeof p, x) };

	return payload.iov_len ? session_post(gc->gs->session, FRAME_EXPECT, 0,
					      gc->relay.chan, &payload) :
				 ERR_LIMIT;
}

static void expected_withdraw(struct expect_table *t, uint32_t id)
{
	struct gsession *gs = session_of(t);
	uint8_t p[4];
	struct iovec payload = { p, pack_u32(p, sizeof p, id) };

	if (gsession_is_live(gs) &&
	    session_post(gs->session, FRAME_CANCEL, 0, NULL, &payload))
		session_fail(gs->session, "out of memory");
}

int expected_on_answer(struct gsession *gs, const struct frame *f,
		       const uint8_t *payload)
{
	struct expected x;

	if (unpack_expected(&x, payload, f->len))
		return session_fail(gs->session, "malformed EXPECTED");
	if (expect_on_answer(&gs->expects, &x))
		return session_fail(gs->session, "EXPECTED without EXPECT");
	return 0;
}

/* ---- to the plugin ----------------------------------------------------- */

enum adit_result expected_ask(struct inspection *ins,
			      const struct adit_expect *want, uint32_t *id,
			      struct adit_addr *show)
{
	const struct gchan *gc = ins->gc;
	struct chan_info i = chan_info(gc->relay.chan);
	struct expect_about about = {
		.resource = gc->resource->name,
		.server = inspect_addr(&gc->dest),
		.client_id = i.client_id,
		.service = i.service,
	};
	struct expectation *e;
	char who[WHO_TEXT];
	enum adit_result result;
	int ret = expect_new(&ins->asker, &about, want, &e);

	if (ret == ERR_LIMIT)
		log_msg(LOG_WARN, inspection_who(ins, who),
			"too many connections are announced that nobody has "
			"made yet: one connection may announce %d, a session "
			"%d",
			EXPECT_PER_CHANNEL, EXPECT_PER_TABLE);
	else if (ret)
		log_msg(LOG_WARN, inspection_who(ins, who),
			"a connection cannot be announced: %s", err_str(ret));
	if (ret) {
		inspect_why(ins->ch, err_str(ret));
		return ADIT_FAILED;
	}
	*id = e->id;
	result = expect_ask(e, show);
	if (result != ADIT_OK && result != ADIT_WAIT)
		inspect_why(ins->ch, ins->asker.why);
	return result;
}

static bool expected_answer(struct expect_asker *by, uint32_t id,
			    enum adit_result result,
			    const struct adit_addr *show)
{
	struct inspection *ins = inspection_of(by);
	bool waits;

	if (result != ADIT_OK)
		inspect_why(ins->ch, by->why);
	waits = inspect_answer(ins->ch, id, result, show);
	inspection_pump(ins);
	return waits;
}

static struct expect_asker *expected_waits(struct expect_table *table,
					   uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &session_of(table)->inspected) {
		struct inspection *ins = list_entry(n, struct inspection, node);

		if (inspect_waits_for(ins->ch, id) &&
		    !chan_info(ins->gc->relay.chan).is_dead)
			return &ins->asker;
	}
	return NULL;
}

static bool expected_is_wanted(const struct expectation *e)
{
	const struct gsession *gs = session_of(e->table);
	const struct worker_config *config = gs->shard->config;
	const struct gw_resource *r = gw_conf_resource(config->conf,
						       e->resource);
	struct list *n, *t;

	list_each (n, t, &gs->inspected) {
		struct inspection *ins = list_entry(n, struct inspection, node);

		if (r &&
		    ins->plugin == worker_config_handler(config, r)->plugin)
			return true;
	}
	return false;
}

static void expected_cannot_listen(struct expectation *e, const char *why)
{
	chan_reset(expected_channel(e)->relay.chan, REASON_LISTEN, why);
}

static bool expected_is_application(const struct expectation *e,
				    const struct adit_addr *at)
{
	struct adit_addr app = inspect_addr(&expected_channel(e)->source);

	return adit_addr_same_host(&app, at);
}

/* ---- names and policy -------------------------------------------------- */

struct expect_lookup {
	struct query query;
	struct expectation *e;
};

static void expected_forget(struct expect_lookup *l)
{
	list_remove(&l->query.node);
	free(l);
}

static void expected_on_resolved(struct query *q,
				 const struct msg_resolved *found)
{
	struct expect_lookup *l = container_of(q, struct expect_lookup, query);
	struct expectation *e = l->e;
	struct gsession *gs = session_of(e->table);
	struct addr each[RESOLVE_MAX];

	free(l);
	session_set_now(gs->session, shard_now(gs->shard));
	for (unsigned i = 0; i < found->n; i++)
		each[i] = found->addrs[i];
	race_interleave(each, found->n);
	expect_resolved(e, each, found->n, found_str(found->outcome));
}

static struct expect_lookup *expected_look_up(struct expectation *e,
					      const char *host)
{
	struct expect_lookup *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	list_init(&l->query.node);
	l->query.found = expected_on_resolved;
	l->e = e;
	if (!lookup_ask(session_of(e->table), &l->query, host, LOOKUP_USER))
		return l;
	free(l);
	return NULL;
}

static bool expected_lets(const struct gchan *gc, const struct addr *a,
			  const char *name,
			  const struct adit_addr *parent_server)
{
	struct expect_policy p = {
		.resource = gc->resource,
		.locals = &gc->gs->shard->locals->list,
		.server = parent_server,
	};

	return expect_policy_lets_out(&p, a, name);
}

bool expected_may(const struct gchan *gc, const struct addr *a,
		  const char *name, const struct adit_addr *parent_server)
{
	char who[WHO_TEXT], text[ADDR_TEXT];
	bool ok = expected_lets(gc, a, name, parent_server);

	if (!ok && gc->resource)
		log_msg(LOG_INFO, gchan_who(gc, who),
			"the protocol leads to %s%s%s, which policy does not "
			"allow; see redirect_allow",
			name, *name ? " at " : "", addr_str(a, text));
	return ok;
}

static bool expected_may_lead(const struct expectation *e, const struct addr *a,
			      const char *name)
{
	const struct gchan *gc = expected_channel(e);
	const struct shard *shard = session_of(e->table)->shard;
	struct expect_policy p = {
		.locals = &shard->locals->list,
		.server = &e->server,
	};

	/* Where the plugin named a single target, it is told of a refusal, and
	 * the log says what it was told. */
	if (gc && e->ntargets == 1)
		return expected_lets(gc, a, name, &e->server);
	if (gc)
		return expected_may(gc, a, name, &e->server);
	/* It is shared, and whoever asked did not stay for a lookup. */
	p.resource = gw_conf_resource(shard->config->conf, e->resource);
	return expect_policy_lets_out(&p, a, name);
}

bool expected_is_granted(const struct expectation *e)
{
	const struct gsession *gs = session_of(e->table);
	const struct gw_conf *conf = gs->shard->config->conf;
	const struct gw_resource *r = gw_conf_resource(conf, e->resource);
	struct grant g = gsession_grant(gs);

	return r && policy_granted(conf, &g, r) && codes_let(&gs->codes, r) &&
	       policy_stays_open(r, clock_calendar());
}

/* ---- their table ------------------------------------------------------- */

static void expected_turn_away(struct expectation *e)
{
	while (!list_is_empty(&e->waiting)) {
		struct gchan *gc = list_first(&e->waiting, struct gchan,
					      dialing);

		list_remove(&gc->dialing);
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "the announcement was withdrawn");
	}
}

static void expected_look_later(struct expect_table *t)
{
	struct gsession *gs = session_of(t);

	task_defer(&gs->shard->loop, &gs->expect_task);
}

static void expected_on_look(struct task *t)
{
	struct gsession *gs = container_of(t, struct gsession, expect_task);

	session_set_now(gs->session, shard_now(gs->shard));
	expect_look(&gs->expects);
}

static void expected_crowded(struct expect_table *t)
{
	struct gsession *gs = session_of(t);
	uint64_t now = shard_now(gs->shard);
	char who[WHO_TEXT];

	if (gs->crowded_us && now - gs->crowded_us < CROWDED_US)
		return;
	gs->crowded_us = now;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: the agent has %u listeners for connections to which "
		"protocols lead, as many as it may have; see expectations in "
		"aditd.ini(5): further ones wait until one is used, or are "
		"refused if they are to be shared",
		gs->user, expect_listener_most(t));
}

/* With a key that agents do not know, and the user's name: a list of targets is
 * tried out quickly, and users must not see that they have one in common. */
static void expected_key(const struct expectation *e, char to[EXPECT_KEY])
{
	const struct gsession *gs = session_of(e->table);
	char head[USER_MAX + LABEL_MAX + 64], target[HOST_MAX + 8];
	struct sip_key key = gs->shard->config->address_key;
	uint64_t sum;
	int n = snprintf(head, sizeof head, "%s %s %x %" PRIx64, gs->user,
			 e->resource, e->flags, e->tag);

	sum = siphash(&key, head, (size_t)n);
	for (size_t i = 0; i < e->ntargets; i++) {
		n = snprintf(target, sizeof target, "%s %u", e->target[i].host,
			     (unsigned)e->target[i].port);
		key.k[0] ^= sum;
		sum = siphash(&key, target, (size_t)n);
	}
	snprintf(to, EXPECT_KEY, "%016" PRIx64, sum);
}

static bool expected_is_host(const struct expectation *e,
			     const struct gw_resource *r)
{
	struct adit_addr at = inspect_addr(&r->literal[0]);

	if (r->kind != GW_HOST || r->hosts.n != 1 ||
	    !port_set_has(&r->ports, e->target[0].port))
		return false;
	return !strcmp(r->host, e->target[0].host) ||
	       (r->literal[0].family &&
		adit_addr_same_host(&at, &e->target[0]));
}

static bool expected_own(const struct expectation *e, char name[LABEL_MAX])
{
	const struct gsession *gs = session_of(e->table);
	const struct worker_config *config = gs->shard->config;
	const struct gw_conf *conf = config->conf;
	const struct gw_resource *of = gw_conf_resource(conf, e->resource);
	struct grant g = gsession_grant(gs);

	for (size_t i = 0; of && i < conf->nresources; i++) {
		const struct gw_resource *r = &conf->resources[i];

		if (!expected_is_host(e, r) || !policy_granted(conf, &g, r) ||
		    worker_config_handler(config, r)->plugin !=
			    worker_config_handler(config, of)->plugin)
			continue;
		snprintf(name, LABEL_MAX, "%s", r->name);
		return true;
	}
	return false;
}

static unsigned expected_most(const struct expect_table *t)
{
	return session_of(t)->shard->config->conf->server.expectations;
}

struct serial_search {
	uint32_t serial;
	struct gchan *found;
};

static void expected_compare(struct chan *ch, void *arg)
{
	struct serial_search *s = arg;
	struct gchan *gc = chan_end(ch);

	if (gc && gc->serial == s->serial)
		s->found = gc;
}

static struct expect_parent *expected_find_parent(struct expect_table *t,
						  uint32_t channel)
{
	struct serial_search s = { .serial = channel };

	session_each(session_of(t)->session, expected_compare, &s);
	return s.found ? &s.found->announces : NULL;
}

static const struct expect_ops expected_ops = {
	.now = expected_now,
	.post = expected_post,
	.withdraw = expected_withdraw,
	.look_up = expected_look_up,
	.forget = expected_forget,
	.may = expected_may_lead,
	.answer = expected_answer,
	.waits = expected_waits,
	.is_wanted = expected_is_wanted,
	.most = expected_most,
	.key = expected_key,
	.own = expected_own,
	.cannot_listen = expected_cannot_listen,
	.is_application = expected_is_application,
	.listen = expected_listen,
	.accept = expected_accept,
	.close = expected_close,
	.turn_away = expected_turn_away,
	.look_later = expected_look_later,
	.crowded = expected_crowded,
	.find_parent = expected_find_parent,
	.socket_fd = expected_socket_fd,
	.adopt = expected_adopt,
};

void expected_init(struct gsession *gs)
{
	expect_init(&gs->expects, &expected_ops);
	task_init(&gs->expect_task, expected_on_look);
}

void expected_fini(struct gsession *gs)
{
	expect_fini(&gs->expects);
	task_cancel(&gs->expect_task);
}

/* ---- the connection comes ---------------------------------------------- */

void expected_lead(const struct expectation *e, struct gchan *gc)
{
	const struct gchan *parent = expected_channel(e);

	gc->parent = e->channel;
	gc->expectation = e->id;
	if (parent)
		gchan_link(gc, parent->inspection);
	sock_ends_soon(&gc->relay.sock);
}

/* What is needed of an expectation, before a use may end it. */
static bool expected_prepare(struct gchan *gc, const struct expectation *e)
{
	struct dial *d = gc->dial;
	size_t n = e->nfound * sizeof *d->targets;

	d->targets = malloc(n);
	if (!d->targets)
		return false;
	memcpy(d->targets, e->found, n);
	d->ntargets = e->nfound;
	d->expected = true;
	d->may = expected_may;
	d->inspect = e->flags & ADIT_INSPECT;
	d->tag = e->tag;
	if (buf_append(&d->given, buf_ptr(&e->given), buf_len(&e->given)))
		return false;
	d->expectation = e->id;
	d->parent_server = e->server;
	expected_lead(e, gc);
	gc->resource = gw_conf_resource(gc->gs->shard->config->conf,
					e->resource);
	return true;
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
		list_move(&e->waiting, &gc->dialing);
	else
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "the announcement is used up");
}

void expected_arm(struct gsession *gs, uint32_t id)
{
	struct list ready;

	if (!expect_arm(&gs->expects, id))
		return;
	list_init(&ready);
	list_splice(&ready, &expect_get(&gs->expects, id)->waiting);
	while (!list_is_empty(&ready)) {
		struct gchan *gc = list_first(&ready, struct gchan, dialing);

		list_remove(&gc->dialing);
		expected_take(gc);
	}
}

static struct expectation *expected_find(struct gsession *gs,
					 const struct open *o)
{
	struct adit_addr to = { .port = o->dest.port };
	struct addr a;

	if (o->expectation)
		return expect_through(&gs->expects, o->expectation);
	if (o->resource || !o->dest.host[0] || !gs->expects.count)
		return NULL;
	snprintf(to.host, sizeof to.host, "%s", o->dest.host);
	if (!addr_parse(&a, o->dest.host, o->dest.port))
		to = inspect_addr(&a);
	return expect_match(&gs->expects, &to);
}

bool expected_on_open(struct gchan *gc, const struct open *o)
{
	struct expectation *e = expected_find(gc->gs, o);
	struct chan *c = gc->relay.chan;

	if (!e && !o->expectation)
		return false;
	if (!e || e->flags & ADIT_REVERSE)
		chan_reset(c, REASON_DENIED, "nobody expects this connection");
	else if (!expected_prepare(gc, e))
		chan_reset(c, REASON_INTERNAL, "out of memory");
	else if (!expected_is_granted(e))
		chan_reset(c, REASON_DENIED, "no longer allowed");
	else
		expected_take(gc);
	return true;
}
