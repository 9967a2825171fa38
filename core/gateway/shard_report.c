/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_report.c - what a shard says of its sessions and channels, as JSON. */
#include "gateway/gchan.h"

#include "gateway/dial.h"
#include "gateway/published.h"
#include "gateway/quota.h"

#include <string.h>
#include <time.h>

enum { CHANNELS_MAX = 20000 }; /* in the answer of one shard */

struct report {
	const struct mail_command *command;
	json_t *list;
};

static void report_set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *report_number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *report_text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *report_address(const struct addr *a)
{
	char at[ADDR_TEXT];

	return a->family ? json_string(addr_str(a, at)) : json_null();
}

/* Seconds since then. */
static json_t *report_age(const struct gsession *gs, uint64_t then_us)
{
	uint64_t now = shard_now(gs->shard);

	return report_number((now - MIN(then_us, now)) / 1000000);
}

/* ---- sessions --------------------------------------------------------- */

struct report_bytes {
	uint64_t to_server, to_client;
};

static void report_add_bytes(struct chan *c, void *arg)
{
	struct chan_info i = chan_info(c);
	struct report_bytes *s = arg;

	s->to_server += i.received;
	s->to_client += i.sent;
}

/* When bytes last went through one of its channels, or the last channel
 * ended. */
static void report_note_active(struct chan *c, void *arg)
{
	const struct gchan *gc = chan_end(c);
	uint64_t *last = arg;

	if (gc)
		*last = MAX(*last, gchan_active_us(gc));
}

static json_t *report_idle(const struct gsession *gs)
{
	uint64_t last = session_channels(gs->session) ? 0 : gs->busy_us;

	session_each(gs->session, report_note_active, &last);
	return report_age(gs, last);
}

static const char *report_state(const struct gsession *gs)
{
	if (gs->state == GSESSION_LEAVING)
		return "leaving";
	return gs->state == GSESSION_UP ? "connected" : "detached";
}

/* What the session's user may have, and has, in all sessions. */
static json_t *report_limits(const struct gsession *gs)
{
	json_t *o = json_object();

	for (unsigned i = 0; i < LIMITS; i++)
		report_set(o, policy_limit_key(i),
			   report_number(gs->limits.is[i].most));
	return o;
}

static void report_session(struct gsession *gs, json_t *list)
{
	const char *keys = tls_key_exchange(gs->tunnel.conn.tls);
	struct report_bytes sum = { gs->to_server, gs->to_client };
	json_t *o = json_object();

	if (session_is_attached(gs->session))
		session_ping(
			gs->session); /* so that the next list has an rtt */
	session_each(gs->session, report_add_bytes, &sum);
	report_set(o, "session", report_number(gs->id));
	report_set(o, "session_number", report_number(gs->number));
	report_set(o, "user", report_text(gs->user));
	report_set(o, "gateway", report_text(gs->gateway_name));
	report_set(o, "source", report_address(&gs->source));
	report_set(o, "state", report_text(report_state(gs)));
	report_set(o, "channels", report_number(session_channels(gs->session)));
	report_set(o, "waiting", report_number(session_crowd(gs->session)));
	report_set(o, "to_server", report_number(sum.to_server));
	report_set(o, "to_client", report_number(sum.to_client));
	report_set(o, "resumed", report_number(gs->resumed));
	report_set(o, "last_gap_ms",
		   gs->resumed ? report_number(gs->gap_us / 1000) :
				 json_null());
	report_set(o, "key_exchange", *keys ? report_text(keys) : json_null());
	report_set(o, "rtt_ms",
		   session_rtt(gs->session) ?
			   json_real(session_rtt(gs->session) / 1000.) :
			   json_null());
	report_set(o, "resent",
		   report_number(session_stats(gs->session).resent));
	report_set(o, "published", published_json(gs));
	report_set(o, "since", report_number(gs->since));
	report_set(o, "idle_s", report_idle(gs));
	report_set(o, "user_connections",
		   report_number(quota_count(gs->quota).own));
	report_set(o, "user_memory",
		   report_number(
			   atomic_load_explicit(&quota_memory(gs->quota)->used,
						memory_order_relaxed)));
	report_set(o, "limits", report_limits(gs));
	json_array_append_new(list, o);
}

/* ---- channels --------------------------------------------------------- */

/* Seconds since 1970. */
static json_t *report_since(const struct gsession *gs, uint64_t then_us)
{
	uint64_t now = shard_now(gs->shard);

	return report_number((uint64_t)time(NULL) -
			     (now - MIN(then_us, now)) / 1000000);
}

static json_t *report_destination(const struct gchan *gc)
{
	if (gc->dest.family)
		return report_address(&gc->dest);
	return gc->dial && gc->dial->host[0] ?
		       json_sprintf("%s:%u", gc->dial->host, gc->dial->port) :
		       json_null();
}

static const char *report_channel_state(const struct gchan *gc)
{
	if (codes_holds(gc))
		return "waits for a code";
	return gc->dial ? "connects" : "open";
}

static void report_channel(struct chan *c, void *arg)
{
	struct report *r = arg;
	struct gchan *gc = chan_end(c);
	struct chan_info i = chan_info(c);
	const struct gw_resource *to;
	json_t *o;

	if (!gc || json_array_size(r->list) >= CHANNELS_MAX)
		return;
	to = codes_holds(gc) ? codes_resource(gc) : gc->resource;
	o = json_object();
	report_set(o, "channel", report_number(gc->serial));
	report_set(o, "session", report_number(gc->gs->id));
	report_set(o, "session_number", report_number(gc->gs->number));
	report_set(o, "user", report_text(gc->gs->user));
	report_set(o, "state", report_text(report_channel_state(gc)));
	report_set(o, "resource", report_text(to ? to->name : NULL));
	report_set(o, "plugin", report_text(to ? to->plugin_name : NULL));
	report_set(o, "source", report_address(&gc->source));
	report_set(o, "destination", report_destination(gc));
	report_set(o, "client_socket_id",
		   i.client_id ? report_number(i.client_id) : json_null());
	report_set(o, "server_socket_id",
		   i.server_id ? report_number(i.server_id) : json_null());
	report_set(o, "to_server", report_number(i.received));
	report_set(o, "to_client", report_number(i.sent));
	report_set(o, "parent",
		   gc->parent ? report_number(gc->parent) : json_null());
	report_set(o, "since", report_since(gc->gs, i.opened_us));
	report_set(o, "idle_s", report_age(gc->gs, gchan_active_us(gc)));
	json_array_append_new(r->list, o);
}

/* ---- all of a shard's ------------------------------------------------- */

struct totals {
	json_t *gateways; /* how many sessions each has */
	uint64_t sessions, attached, channels, waiting, to_server, to_client,
		resent, memory;
};

/* All gateways, so that those without sessions have a number, too. */
static json_t *report_gateways(const struct gw_conf *c)
{
	json_t *counts = json_object();

	for (size_t i = 0; i < c->ngateways; i++)
		json_object_set_new(counts, c->gateways[i].name,
				    json_integer(0));
	return counts;
}

static void report_count(json_t *counts, const char *key)
{
	json_t *n = json_object_get(counts, key);

	if (n)
		json_integer_set(n, json_integer_value(n) + 1);
}

static void report_tally(struct chan *c, void *arg)
{
	struct gchan *gc = chan_end(c);

	(void)arg;
	if (gc)
		tally_look(gc);
}

static void report_add(struct totals *t, struct gsession *gs)
{
	struct session_stats s = session_stats(gs->session);

	t->sessions++;
	t->attached += session_is_attached(gs->session);
	t->channels += session_channels(gs->session);
	t->waiting += session_crowd(gs->session);
	t->to_server += s.received;
	t->to_client += s.sent;
	t->resent += s.resent;
	t->memory += s.memory;
	report_count(t->gateways, gs->gateway_name);
	session_each(gs->session, report_tally, NULL);
}

static json_t *report_totals(const struct shard *shard, const struct totals *t)
{
	json_t *o = json_object();

	report_set(o, "memory_limit", report_number(shard->budget.limit));
	report_set(o, "gateways", t->gateways);
	tally_report(&shard->tally, o);

	report_set(o, "sessions", report_number(t->sessions));
	report_set(o, "sessions_connected", report_number(t->attached));
	report_set(o, "channels", report_number(t->channels));
	report_set(o, "waiting", report_number(t->waiting));
	report_set(o, "to_server", report_number(t->to_server));
	report_set(o, "to_client", report_number(t->to_client));
	report_set(o, "resent", report_number(t->resent));
	report_set(o, "memory", report_number(t->memory));
	return o;
}

json_t *shard_report(struct shard *shard, const struct mail_command *m)
{
	struct report r = { .command = m, .list = json_array() };
	struct totals total = { 0 };
	struct list *n, *t;

	if (m->command == COMMAND_STATS)
		total.gateways = report_gateways(shard->config->conf);
	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (m->gateway[0] && strcmp(gs->gateway_name, m->gateway))
			continue;
		if (m->command == COMMAND_SESSIONS)
			report_session(gs, r.list);
		else if (m->command == COMMAND_CHANNELS)
			session_each(gs->session, report_channel, &r);
		else
			report_add(&total, gs);
	}
	if (m->command != COMMAND_STATS)
		return r.list;
	json_decref(r.list);
	return report_totals(shard, &total);
}
