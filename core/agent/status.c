/* SPDX-License-Identifier: BSD-2-Clause */
/* status.c - an agent as JSON. */
#include "agent/inside.h"
#include "agent/pac.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Builds by hand have no config.h. */
#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

enum { PORTS_MAX = 65536 };

/* A text from a gateway or a file may not be UTF-8, which JSON must be. */
static json_t *status_text(const char *raw)
{
	char safe[4 * 1024 + 8];

	return json_string(log_escape(safe, sizeof safe, raw));
}

static json_t *addresses_of(const struct list *listeners)
{
	json_t *all = json_array();
	struct list *n, *t;
	char at[ADDR_TEXT];

	list_each (n, t, listeners) {
		const struct listener *p = list_entry(n, struct listener, node);

		if (!p->is_data)
			json_array_append_new(
				all, json_string(addr_str(&p->at, at)));
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
	return e->flags & RESOURCE_ANY       ? "any" :
	       e->service == SERVICE_WEBLINK ? "url" :
					       "host";
}

static json_t *status_text_or_null(const char *raw)
{
	return raw && raw[0] ? status_text(raw) : json_null();
}

/* Ports at which the agent does not listen, but at others instead. */
static json_t *moved_of(const struct list *listeners)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, listeners) {
		const struct listener *p = list_entry(n, struct listener, node);

		if (p->place != PORT_AT_ITS_NUMBER)
			json_array_append_new(
				all, json_pack("{s:i, s:i, s:s}", "port",
					       (int)p->port, "listen_port",
					       (int)p->at.port, "reason",
					       p->place == PORT_PRIVILEGED ?
						       "privileged" :
						       "in use"));
	}
	return all;
}

static json_t *resource_of(const struct agent *a, const struct resource *r,
			   bool full)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:o}", "name",
			      status_text(r->entry.name), "listen",
			      addresses_of(&r->listeners), "state",
			      status_text(resources_state_of(a, r->state)),
			      "moved", moved_of(&r->listeners));

	if (o)
		json_object_set_new(o, "needs_code",
				    json_boolean(r->entry.flags &
							 RESOURCE_CODE &&
						 !a->confirm.confirmed));
	if (o)
		json_object_set_new(o, "closed",
				    status_text_or_null(refusals_closed(
					    &a->refusals, r->entry.name)));
	if (o)
		json_object_set_new(
			o, "url",
			status_text_or_null(r->entry.service ==
							    SERVICE_WEBLINK ?
						    r->entry.detail :
						    NULL));

	if (o && full) {
		json_object_set_new(o, "kind", json_string(kind_of(&r->entry)));
		json_object_set_new(o, "ports", ports_of(&r->entry));
		json_object_set_new(o, "detail",
				    status_text_or_null(r->entry.detail));
	}
	return o;
}

static json_t *list_of(struct agent *a, bool full)
{
	json_t *all = json_array();
	struct list *n, *t;

	list_each (n, t, &a->resources)
		json_array_append_new(
			all,
			resource_of(a, list_entry(n, struct resource, node),
				    full));
	return all;
}

static json_t *dns_of(const struct agent *a)
{
	struct addr at = dns_at(a);
	char text[ADDR_TEXT];

	return at.family ? json_string(addr_str(&at, text)) : json_null();
}

static json_t *socks_of(const struct agent *a)
{
	char at[ADDR_TEXT];

	return a->socks ? json_string(addr_str(&a->socks->at, at)) :
			  json_null();
}

json_t *agent_resources(struct agent *a)
{
	return json_pack("{s:s, s:o, s:o}", "state", agent_state_str(a->state),
			 "resources", list_of(a, true), "socks", socks_of(a));
}

/* Hosts that must not be asked for through the agent, which needs them. */
static json_t *gateways_of(const struct agent *a)
{
	json_t *all = json_array();
	char host[HOST_MAX];
	uint16_t port;

	for (size_t i = 0; i < a->conf->gateways.n; i++)
		if (!addr_split(a->conf->gateways.item[i], host, sizeof host,
				&port))
			json_array_append_new(all, status_text(host));
	return all;
}

json_t *agent_proxy_port(struct agent *a, char *why, size_t cap)
{
	char at[ADDR_TEXT], url[ADDR_TEXT + 32];

	if (!a->socks) {
		snprintf(why, cap, "%s",
			 a->state != AGENT_CONNECTED &&
					 a->state != AGENT_RECONNECTING ?
				 "not forwarding; run: adit start" :
				 "the agent has no proxy port: no resource is "
				 "reached by name, or socks = none stands in "
				 "adit.ini; write socks = 127.0.0.1:1080 "
				 "there, then adit reload");
		return NULL;
	}
	snprintf(why, cap, "%s", err_str(ERR_NOMEM));
	snprintf(url, sizeof url, "http://%s" PAC_PATH,
		 addr_str(&a->socks->at, at));
	return json_pack("{s:s, s:s, s:o}", "proxy", at, "pac", url, "direct",
			 gateways_of(a));
}

static json_t *status_number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* How the connection to the gateway is. */
static void put_link(struct agent *a, json_t *o)
{
	struct session *s = a->uplink.session;
	struct session_stats now = { 0 };

	if (s)
		now = session_stats(s);
	json_object_set_new(o, "channels",
			    status_number(s ? session_channels(s) : 0));
	json_object_set_new(o, "to_server",
			    status_number(a->uplink.to_server + now.sent));
	json_object_set_new(o, "to_client",
			    status_number(a->uplink.to_client + now.received));
	json_object_set_new(o, "key_exchange",
			    status_text_or_null(tls_key_exchange(
				    a->uplink.tunnel.conn.tls)));
	json_object_set_new(o, "rtt_ms",
			    s && session_rtt(s) ?
				    json_real(session_rtt(s) / 1000.) :
				    json_null());
	json_object_set_new(o, "segment",
			    a->uplink.segment.helped && a->uplink.segment.used ?
				    json_integer(BLACKHOLE_SEGMENT) :
				    json_null());
	json_object_set_new(o, "resumed", status_number(a->uplink.resumed));
	json_object_set_new(o, "last_gap_ms",
			    a->uplink.resumed ?
				    status_number(a->uplink.gap_us / 1000) :
				    json_null());
	json_object_set_new(o, "gap_ms",
			    a->uplink.resumed ?
				    status_number(a->uplink.gap_us / 1000) :
				    json_null());
	json_object_set_new(o, "resent", status_number(now.resent));
}

static json_t *proxy_of(const struct agent *a)
{
	const struct proxy *via = a->uplink.dial.via;
	char place[PROXY_HOST_MAX + 16];

	if (!via)
		return json_null();
	snprintf(place, sizeof place,
		 strchr(via->host, ':') ? "[%s]:%u" : "%s:%u", via->host,
		 via->port);
	return status_text(place);
}

/* Where the gateway of the last login has web pages: under the name by which it
 * is known, as `aditctl status` says it. */
static json_t *web_pages_of(const struct agent *a)
{
	const struct uplink *u = &a->uplink;
	const char *name = a->conf->server_name;
	char host[HOST_MAX], behind[8] = "";
	uint16_t port;

	if (!(u->profile.flags & PROFILE_PAGES) ||
	    addr_split(a->conf->gateways.item[u->home], host, sizeof host,
		       &port))
		return json_null();
	if (!name)
		name = host;
	if (port != 443)
		snprintf(behind, sizeof behind, ":%u", port);
	return json_sprintf(strchr(name, ':') ? "https://[%s]%s/" :
						"https://%s%s/",
			    name, behind);
}

/* Counts of connections whose owner the kernel could not tell. */
static json_t *early_close_of(const struct listeners *all)
{
	return json_pack("{s:i, s:i}", "refused", (int)all->untold_refused,
			 "accepted", (int)all->untold_taken);
}

/* Seconds, or null: none is waited for. */
static json_t *retry_of(const struct agent *a)
{
	if (!ev_is_active(&a->uplink.retry))
		return json_null();
	return json_integer(
		(json_int_t)(0.5 +
			     ev_timer_remaining(
				     a->loop->ev,
				     (ev_timer *)(uintptr_t)&a->uplink.retry)));
}

json_t *agent_session(const struct agent *a)
{
	const struct uplink *u = &a->uplink;
	char text[24];

	if (!u->session)
		return NULL;
	snprintf(text, sizeof text, "%" PRIu64, u->profile.session);
	return json_pack("{s:s, s:o, s:o}", "session", text, "gateway",
			 status_text(a->conf->gateways.item[u->home]), "user",
			 status_text(a->conf->user));
}

json_t *agent_status(struct agent *a)
{
	uint64_t now = loop_now_us(a->loop);
	json_t *o;

	if (a->uplink.session && a->state == AGENT_CONNECTED)
		session_ping(a->uplink.session); /* for the next time */
	o = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:i}",
		      "state", agent_state_str(a->state), "since",
		      status_number((uint64_t)time(NULL) -
				    (now - a->since_us) / 1000000),
		      "since_s", status_number((now - a->since_us) / 1000000),
		      "reason", status_text_or_null(a->uplink.trouble),
		      "retry_s", retry_of(a), "gateway",
		      status_text(a->conf->gateways.item[a->uplink.at]), "user",
		      status_text(a->conf->user), "name",
		      status_text_or_null(a->conf->name), "version",
		      PACKAGE_VERSION, "uptime_s",
		      status_number((now - a->begun_us) / 1000000), "pid",
		      (int)getpid());
	if (!o)
		return NULL;
	put_link(a, o);
	json_object_set_new(o, "web_pages", web_pages_of(a));
	json_object_set_new(o, "proxy", proxy_of(a));
	json_object_set_new(o, "log", status_text_or_null(a->log_file));
	json_object_set_new(o, "socks", socks_of(a));
	json_object_set_new(o, "dns", dns_of(a));
	json_object_set_new(o, "resources", list_of(a, false));
	json_object_set_new(o, "maps", maps_status(a));
	json_object_set_new(o, "published", publish_status(a));
	json_object_set_new(o, "codes", agent_codes(a));
	json_object_set_new(o, "early_close", early_close_of(&a->listeners));
	json_object_set_new(o, "refusals", refusals_json(&a->refusals, now));
	return o;
}
