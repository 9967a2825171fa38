/* SPDX-License-Identifier: BSD-2-Clause */
/* status.c - an agent as JSON. */
#include "agent/inside.h"

#include "base/log.h"

#include <string.h>

enum { PORTS_MAX = 65536 };

/* Of a gateway or a file: maybe not UTF-8, which JSON must be. */
static json_t *text(const char *raw)
{
	char safe[4 * 1024 + 8];

	return json_string(log_escape(safe, sizeof safe, raw));
}

static json_t *addresses_of(const struct list *points)
{
	json_t *all = json_array();
	struct list *n, *t;
	char at[ADDR_TEXT];

	list_each(n, t, points) {
		const struct point *p = list_entry(n, struct point, node);

		if (!p->is_data)
			json_array_append_new(all, json_string(
				addr_str(&p->at, at)));
	}
	return all;
}

static json_t *ports_of(const struct resource_entry *e)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < e->nranges - e->ndata; i++)
		for (unsigned p = e->ranges[i].first;
		     p <= e->ranges[i].last && json_array_size(all) < PORTS_MAX;
		     p++)
			json_array_append_new(all, json_integer((int)p));
	return all;
}

static const char *kind_of(const struct resource_entry *e)
{
	return e->flags & RESOURCE_ANY ? "any" :
	       e->service == SERVICE_WEBLINK ? "url" : "host";
}

static json_t *text_or_null(const char *raw)
{
	return raw && raw[0] ? text(raw) : json_null();
}

static json_t *resource_of(const struct resource *r, bool full)
{
	json_t *o = json_pack("{s:o, s:o, s:o}", "name", text(r->entry.name),
			      "listen", addresses_of(&r->points), "state",
			      text(r->state));

	if (o && full) {
		json_object_set_new(o, "kind", json_string(kind_of(&r->entry)));
		json_object_set_new(o, "ports", ports_of(&r->entry));
		json_object_set_new(o, "detail", text_or_null(r->entry.detail));
	}
	return o;
}

static json_t *list_of(struct agent *a, bool full)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each(n, t, &a->resources)
		json_array_append_new(all, resource_of(
			list_entry(n, struct resource, node), full));
	return all;
}

json_t *agent_resources(struct agent *a)
{
	return json_pack("{s:s, s:o}", "state", agent_state_str(a->state),
			 "resources", list_of(a, true));
}

json_t *agent_status(struct agent *a)
{
	uint64_t now = loop_now_us(a->loop);
	struct session *s = a->session;
	char at[ADDR_TEXT];
	json_t *o;

	if (a->session && a->state == AGENT_CONNECTED)
		session_ping(a->session);       /* for the next time */
	o = json_pack("{s:s, s:o, s:o, s:o, s:i, s:i, s:o, s:I, s:I, s:o, s:o, "
		      "s:o}",
		"state", agent_state_str(a->state),
		"gateway", text(a->conf->gateways.item[a->at]),
		"user", text(a->conf->user),
		"resources", list_of(a, false),
		"channels", s ? (int)session_channels(s) : 0,
		"resumed", (int)a->resumed,
		"gap_ms", a->resumed ?
			json_integer((json_int_t)(a->gap_us / 1000)) :
			json_null(),
		"resent", s ? (json_int_t)session_stats(s).resent : 0,
		"since_s", (json_int_t)((now - a->since_us) / 1000000),
		"rtt_ms", s && session_rtt(s) ?
			json_real(session_rtt(s) / 1000.) : json_null(),
		"maps", maps_status(a),
		"reason", text_or_null(a->trouble));
	if (o)
		json_object_set_new(o, "socks", a->socks ?
			json_string(addr_str(&a->socks->at, at)) :
			json_null());
	return o;
}
