/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_report.c - what a shard says of its sessions and channels, as JSON. */
#include "gateway/gchan.h"

#include "gateway/dial.h"

#include <string.h>
#include <time.h>

enum { CHANNELS_MAX = 20000 }; /* told by one shard */

struct report {
	const struct mail_command *command;
	json_t *list;
};

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *address(const struct addr *a)
{
	char at[ADDR_TEXT];

	return a->family ? json_string(addr_str(a, at)) : json_null();
}

/* Seconds since then. */
static json_t *age(const struct gsession *gs, uint64_t then_us)
{
	uint64_t now = shard_now(gs->shard);

	return number((now - MIN(then_us, now)) / 1000000);
}

/* ---- sessions ----------------------------------------------------------------- */

struct sum {
	uint64_t to_server, to_client;
};

static void add_bytes(struct chan *c, void *arg)
{
	struct chan_info i = chan_info(c);
	struct sum *s = arg;

	s->to_server += i.received;
	s->to_client += i.sent;
}

/* When anything last went through one of its channels, or the last one ended. */
static void note_active(struct chan *c, void *arg)
{
	const struct gchan *gc = chan_end(c);
	uint64_t *last = arg;

	if (gc)
		*last = MAX(*last, gchan_active_us(gc));
}

static json_t *idle_of(const struct gsession *gs)
{
	uint64_t last = session_channels(gs->session) ? 0 : gs->busy_us;

	session_each(gs->session, note_active, &last);
	return age(gs, last);
}

static const char *state_of(const struct gsession *gs)
{
	if (gs->state == GSESSION_LEAVING)
		return "leaving";
	return gs->state == GSESSION_UP ? "connected" : "detached";
}

static void put_session(struct gsession *gs, json_t *list)
{
	const char *keys = tls_key_exchange(gs->tunnel.conn.tls);
	struct sum sum = { gs->to_server, gs->to_client };
	json_t *o = json_object();

	if (session_is_attached(gs->session))
		session_ping(gs->session); /* for the next time */
	session_each(gs->session, add_bytes, &sum);
	set(o, "session", number(gs->id));
	set(o, "session_number", number(gs->number));
	set(o, "user", text(gs->user));
	set(o, "gateway", text(gs->gateway_name));
	set(o, "source", address(&gs->source));
	set(o, "state", text(state_of(gs)));
	set(o, "channels", number(session_channels(gs->session)));
	set(o, "waiting", number(session_crowd(gs->session)));
	set(o, "to_server", number(sum.to_server));
	set(o, "to_client", number(sum.to_client));
	set(o, "resumed", number(gs->resumed));
	set(o, "last_gap_ms",
	    gs->resumed ? number(gs->gap_us / 1000) : json_null());
	set(o, "key_exchange", *keys ? text(keys) : json_null());
	set(o, "rtt_ms",
	    session_rtt(gs->session) ?
		    json_real(session_rtt(gs->session) / 1000.) :
		    json_null());
	set(o, "resent", number(session_stats(gs->session).resent));
	set(o, "since", number(gs->since));
	set(o, "idle_s", idle_of(gs));
	json_array_append_new(list, o);
}

/* ---- channels ------------------------------------------------------------------- */

/* In seconds of the calendar. */
static json_t *since(const struct gsession *gs, uint64_t then_us)
{
	uint64_t now = shard_now(gs->shard);

	return number((uint64_t)time(NULL) -
		      (now - MIN(then_us, now)) / 1000000);
}

static json_t *destination(const struct gchan *gc)
{
	if (gc->dest.family)
		return address(&gc->dest);
	return gc->dial && gc->dial->host[0] ?
		       json_sprintf("%s:%u", gc->dial->host, gc->dial->port) :
		       json_null();
}

static void put_channel(struct chan *c, void *arg)
{
	struct report *r = arg;
	struct gchan *gc = chan_end(c);
	struct chan_info i = chan_info(c);
	json_t *o;

	if (!gc || json_array_size(r->list) >= CHANNELS_MAX)
		return;
	o = json_object();
	set(o, "channel", number(gc->serial));
	set(o, "session", number(gc->gs->id));
	set(o, "session_number", number(gc->gs->number));
	set(o, "user", text(gc->gs->user));
	set(o, "resource", text(gc->resource ? gc->resource->name : NULL));
	set(o, "plugin", text(gc->resource ? gc->resource->plugin_name : NULL));
	set(o, "source", address(&gc->source));
	set(o, "destination", destination(gc));
	set(o, "client_socket_id",
	    i.client_id ? number(i.client_id) : json_null());
	set(o, "server_socket_id",
	    i.server_id ? number(i.server_id) : json_null());
	set(o, "to_server", number(i.received));
	set(o, "to_client", number(i.sent));
	set(o, "parent", gc->parent ? number(gc->parent) : json_null());
	set(o, "since", since(gc->gs, i.opened_us));
	set(o, "idle_s", age(gc->gs, gchan_active_us(gc)));
	json_array_append_new(r->list, o);
}

/* ---- all of a shard's ---------------------------------------------------------- */

struct totals {
	uint64_t sessions, attached, channels, waiting, to_server, to_client,
		resent, memory;
};

static void add_totals(struct totals *t, const struct gsession *gs)
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
}

static json_t *totals_json(const struct totals *t)
{
	json_t *o = json_object();

	set(o, "sessions", number(t->sessions));
	set(o, "sessions_connected", number(t->attached));
	set(o, "channels", number(t->channels));
	set(o, "waiting", number(t->waiting));
	set(o, "to_server", number(t->to_server));
	set(o, "to_client", number(t->to_client));
	set(o, "resent", number(t->resent));
	set(o, "memory", number(t->memory));
	return o;
}

json_t *shard_report(struct shard *o, const struct mail_command *m)
{
	struct report r = { .command = m, .list = json_array() };
	struct totals total = { 0 };
	struct list *n, *t;

	list_each (n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (m->gateway[0] && strcmp(gs->gateway_name, m->gateway))
			continue;
		if (m->command == COMMAND_SESSIONS)
			put_session(gs, r.list);
		else if (m->command == COMMAND_CHANNELS)
			session_each(gs->session, put_channel, &r);
		else
			add_totals(&total, gs);
	}
	if (m->command != COMMAND_STATS)
		return r.list;
	json_decref(r.list);
	return totals_json(&total);
}
