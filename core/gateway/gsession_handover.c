/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession_handover.c - a session on its way from one worker to another. */
#include "gateway/gsession_handover.h"

#include "base/log.h"
#include "channel/session_handover.h"
#include "expect/expect_handover.h"
#include "gateway/dial.h"
#include "gateway/expected.h"
#include "gateway/limits.h"
#include "gateway/published.h"
#include "plugin/host_handover.h"
#include "policy/user_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a channel -------------------------------------------------------- */

/* By name, and what must still be so for the channel to be allowed. */
static void resource_leaves(struct handover *c, const struct gchan *gc)
{
	const struct gw_resource *r = gc->resource;
	bool some = r;
	size_t n;
	uint32_t kind;
	char *name;

	handover_field(c, &some);
	if (!some)
		return;
	kind = r->kind;
	name = r->name;
	n = r->hosts.n;
	handover_text(c, &name);
	handover_count(c, &n, GW_HOSTS_MAX);
	for (size_t i = 0; i < n; i++)
		handover_text(c, &r->hosts.item[i]);
	handover_field(c, &kind);
}

static void hosts_arrive(struct handover *c, struct name_list *hosts)
{
	size_t n = 0;

	handover_count(c, &n, GW_HOSTS_MAX);
	for (size_t i = 0; i < n; i++) {
		char *host = NULL;

		handover_text(c, &host);
		c->bad |= !host || name_list_add(hosts, host);
		free(host);
	}
}

static void resource_arrives(struct handover *c, struct gchan *gc)
{
	struct gw_resource was = { 0 };
	uint32_t kind = 0;
	bool some = false;

	handover_field(c, &some);
	if (!some)
		return;
	handover_text(c, &was.name);
	hosts_arrive(c, &was.hosts);
	handover_field(c, &kind);
	was.kind = kind;
	c->bad |= !was.name;
	if (!c->bad && !gchan_renew(gc, &was))
		gc->doomed = "no longer allowed";
	free(was.name);
	name_list_fini(&was.hosts);
}

static struct inspection *find_above(const struct gsession *gs, uint32_t serial)
{
	struct list *n, *t;

	list_each (n, t, &gs->inspected) {
		struct inspection *ins = list_entry(n, struct inspection, node);

		if (ins->gc->serial == serial)
			return ins;
	}
	return NULL;
}

static void plain_handover(struct handover *c, struct gchan *gc)
{
	uint32_t above = gc->above ? gc->above->gc->serial : 0;

	handover_field(c, &gc->serial);
	handover_field(c, &gc->parent);
	handover_field(c, &gc->expectation);
	handover_field(c, &gc->reverse);
	handover_field(c, &gc->due);
	handover_addr(c, &gc->dest);
	handover_text(c, &gc->audit);
	handover_text(c, &gc->event);
	handover_text(c, &gc->published);
	handover_field(c, &above);
	if (!c->packing && above)
		gchan_link(gc, find_above(gc->gs, above));
	if (gc->expectation)
		sock_ends_soon(&gc->relay.sock);
}

static void end_leaves(struct handover *c, struct gchan *gc)
{
	bool inspected = gc->inspection;

	handover_addr(c, &gc->source);
	plain_handover(c, gc);
	resource_leaves(c, gc);
	dial_handover(c, gc);
	relay_handover(c, &gc->relay, NULL);
	handover_field(c, &inspected);
	if (inspected)
		inspection_leaves(c, gc->inspection);
}

/* It is being connected, or it is connected, or its server was sent away. */
static bool is_sound(const struct gchan *gc)
{
	const struct dial *d = gc->dial;
	bool connected = gc->relay.sock.fd >= 0;

	if (!gc->serial)
		return false;
	if (d)
		return !connected && !gc->inspection &&
		       (!d->expected || gc->resource || gc->doomed);
	return connected || gc->doomed ||
	       (gc->inspection && gc->inspection->server_gone);
}

static void end_arrives(struct handover *c, struct gchan *gc)
{
	bool inspected = false;

	plain_handover(c, gc);
	if (gc->published && !published_is_granted(gc->gs, gc->published))
		gc->doomed = "no longer allowed";
	resource_arrives(c, gc);
	dial_handover(c, gc);
	relay_handover(c, &gc->relay, &gc->gs->shard->loop);
	handover_field(c, &inspected);
	if (inspected && !inspection_arrives(c, gc) && !gc->doomed)
		gc->doomed = "its plugin was replaced by another version";
	c->bad |= !is_sound(gc);
}

static void end_handover(struct handover *c, struct chan *ch)
{
	struct gsession *gs = session_owner(chan_session(ch));
	struct addr source;
	struct gchan *gc;

	if (c->packing) {
		end_leaves(c, container_of(chan_end(ch), struct gchan, relay));
		return;
	}
	handover_addr(c, &source);
	gc = gchan_new(gs, &source);
	if (!gc) {
		c->bad = true;
		return;
	}
	gc->relay.chan = ch;
	chan_attach(ch, gc->calls->plain, &gc->relay);
	end_arrives(c, gc);
}

/* ---- the session ------------------------------------------------------ */

static void groups_handover(struct handover *c, struct name_list *l)
{
	size_t n = l->n;
	char *name;

	handover_count(c, &n, 4096);
	for (size_t i = 0; i < n && !c->bad; i++) {
		name = c->packing ? l->item[i] : NULL;
		handover_text(c, &name);
		if (c->packing)
			continue;
		c->bad = c->bad || !name || name_list_add(l, name);
		free(name);
	}
}

/* No session that is handed over has a tunnel: it comes with channels that
 * wait, or there is nothing to resume. */
static void state_handover(struct handover *c, struct gsession *gs)
{
	uint64_t now = shard_now(gs->shard);
	bool live = gs->state == GSESSION_DETACHED;
	uint64_t since = live ? gs->detached_us : now;

	handover_field(c, &live);
	handover_field(c, &since);
	c->bad |= !since;
	if (c->packing)
		return;
	gs->state = live ? GSESSION_DETACHED : GSESSION_FRESH;
	gs->detached_us = MIN(since, now);
}

static void rest_handover(struct handover *c, struct gsession *gs)
{
	uint64_t end = gs->expires_us;

	handover_field(c, &gs->generation);
	handover_field(c, &gs->expires_us);
	handover_field(c, &gs->busy_us);
	state_handover(c, gs);
	/* Nothing lasts longer than it would here. */
	if (!c->packing) {
		gs->expires_us = MIN(gs->expires_us, end);
		gs->busy_us = MIN(gs->busy_us, shard_now(gs->shard));
	}
	handover_field(c, &gs->resumed);
	handover_field(c, &gs->gap_us);
	handover_field(c, &gs->to_server);
	handover_field(c, &gs->to_client);
	groups_handover(c, &gs->groups);
	handover_bytes(c, gs->stamp, sizeof gs->stamp);
	expect_table_handover(c, &gs->expects);
	codes_handover(c, gs);
	session_handover(c, gs->session, end_handover);
	expect_handover(c, &gs->expects);
	handover_field(c, &gs->last_serial);
	published_handover(c, gs);
	/* Last, so that no copy stays behind where the bytes grow. */
	handover_bytes(c, gs->secret, sizeof gs->secret);
}

static void names_handover(struct handover *c, struct mail_create *m)
{
	handover_field(c, &m->id);
	handover_field(c, &m->number);
	handover_field(c, &m->since);
	handover_field(c, &m->marker);
	handover_str(c, m->user, sizeof m->user);
	handover_str(c, m->gateway, sizeof m->gateway);
	handover_addr(c, &m->source);
}

void gsession_rests(struct gsession *gs)
{
	tunnel_cut(&gs->tunnel);
	worker_config_unref(gs->tls_config);
	gs->tls_config = NULL;
	gsession_detached(gs);
	shard_tell(gs->shard, gs->id, NEWS_DETACHED);
	session_set_now(gs->session, shard_now(gs->shard));
	session_reap(gs->session);
	audit_rest(gs, true);
}

void gsession_leaves(struct handover *c, struct gsession *gs)
{
	struct mail_create m = { .id = gs->id,
				 .number = gs->number,
				 .since = gs->since,
				 .marker = gs->marker,
				 .source = gs->source };

	snprintf(m.user, sizeof m.user, "%s", gs->user);
	snprintf(m.gateway, sizeof m.gateway, "%s", gs->gateway_name);
	names_handover(c, &m);
	rest_handover(c, gs);
}

static void gateway_is_gone(struct handover *c, const struct mail_create *m)
{
	char who[WHO_TEXT];

	snprintf(who, sizeof who, "#%u", m->number);
	log_msg(LOG_WARN, who,
		"the session of user %s ends: there is no "
		"gateway %s any more",
		m->user, m->gateway);
	while (c->next < c->nfd)
		close(c->fd[c->next++]);
}

struct gsession *gsession_arrives(struct handover *c, struct shard *shard)
{
	struct mail_create *m = calloc(1, sizeof *m);
	struct gsession *gs = NULL;

	if (!m) {
		c->bad = true;
		return NULL;
	}
	names_handover(c, m);
	c->bad |= !user_name_ok(m->user) ||
		  map_get(&shard->by_key, session_key(m->id));
	if (!c->bad && !gw_conf_gateway(shard->config->conf, m->gateway))
		gateway_is_gone(c, m);
	else if (!c->bad)
		gs = gsession_new(shard, m);
	free(m);
	if (!gs)
		return NULL;
	session_set_now(gs->session, shard_now(shard));
	rest_handover(c, gs);
	c->bad |= !handover_is_done(c);
	return c->bad ? NULL : gs;
}

/* ---- on the other side ------------------------------------------------ */

/* A connection that was being made: from the beginning, but an expectation is
 * used once. */
static void dial_goes_on(struct gchan *gc)
{
	const struct dial *d = gc->dial;

	if (!d->expected)
		dial_start(gc);
	else if (d->begun)
		dial_targets(gc);
	else
		expected_take(gc);
}

static void channel_goes_on(struct chan *ch, void *arg)
{
	struct gchan *gc = chan_end(ch);
	struct inspection *ins = gc ? gc->inspection : NULL;

	(void)arg;
	if (!gc)
		return; /* it waits for memory to begin */
	tally_adopt(gc);
	if (gc->doomed) {
		chan_reset(ch, REASON_ADMIN, gc->doomed);
	} else if (gc->dial) {
		dial_goes_on(gc);
	} else if (ins) {
		/* Goes on with bytes that the plugin may have left unread. */
		ins->backlog = true;
		task_defer(&gc->gs->shard->loop, &ins->task);
	} else {
		chan_writable(ch);
	}
}

void gsession_goes_on(struct gsession *gs)
{
	limits_renew(gs); /* the groups have come with the rest */
	session_set_now(gs->session, shard_now(gs->shard));
	codes_go_on(gs);
	session_each(gs->session, channel_goes_on, NULL);
	expect_go_on(&gs->expects);
	published_go_on(gs);
	session_reap(gs->session);
	audit_session(gs, "moved", "another worker has it");
}
