/* SPDX-License-Identifier: BSD-2-Clause */
/* why.c - what becomes of a connection to a host and port: which resource it
 * would reach, how it is caught, and what the gateway says. */
#include "agent/inside.h"

#include "agent/check.h"
#include "base/err.h"
#include "base/log.h"
#include "policy/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A question that waits for the gateway. */
struct why_case {
	struct agent *agent;
	struct dest to;
	struct addr at; /* the same, where it is an address */
	json_t *answer;
	agent_why_fn *fn;
	void *ctx;
};

/* How a resource was found, and by what. */
struct why_match {
	const char *by; /* a word of adit(1) */
	const char *pattern;
};

static json_t *why_text(const char *raw)
{
	char safe[4 * 1024 + 8];

	return raw && *raw ? json_string(log_escape(safe, sizeof safe, raw)) :
			     json_null();
}

/* ---- which resource ------------------------------------------------------ */

/* Whether the text, "a, b", has this host. */
static bool why_lists(const char *text, const char *host)
{
	char all[1024], *save, *word;

	snprintf(all, sizeof all, "%s", text);
	for (word = strtok_r(all, ", ", &save); word;
	     word = strtok_r(NULL, ", ", &save))
		if (host_same(word, host))
			return true;
	return false;
}

static bool why_is_at(const struct list *listeners, const struct addr *at)
{
	struct list *n, *t;

	list_each (n, t, listeners)
		if (addr_same(&list_entry(n, struct listener, node)->at, at))
			return true;
	return false;
}

static bool why_find(const struct why_case *w, const struct resource *r,
		     struct why_match *m)
{
	const char *host = w->to.host;
	char url_host[HOST_CAP];
	uint16_t port;

	*m = (struct why_match){ "listener", NULL };
	if (w->at.family && why_is_at(&r->listeners, &w->at))
		return true;
	m->by = "name";
	for (size_t i = 0; i < r->names.n; i++) {
		m->pattern = r->names.item[i];
		if (host_matches(m->pattern, host))
			return true;
	}
	m->pattern = r->entry.detail;
	if (r->entry.service == SERVICE_WEBLINK) {
		m->by = "url";
		return !host_of_url(r->entry.detail, url_host, &port) &&
		       host_same(url_host, host);
	}
	m->by = "any";
	if (r->entry.flags & RESOURCE_ANY)
		return w->at.family || !r->names.n;
	m->by = "host";
	return why_lists(r->entry.detail, host);
}

static bool why_has_port(const struct resource_entry *e, uint16_t port)
{
	for (unsigned i = 0; i < e->nranges - e->ndata; i++)
		if (port >= e->ranges[i].first && port <= e->ranges[i].last)
			return true;
	return false;
}

/* The listeners through which a program reaches this very port. */
static json_t *why_listen(struct why_case *w, const struct resource *r)
{
	const struct list *all = r->entry.flags & RESOURCE_ANY ?
					 maps_listeners(w->agent, r->entry.name,
							w->to.host) :
					 &r->listeners;
	json_t *found = json_array();
	char text[ADDR_TEXT];
	struct list *n, *t;

	if (!all)
		return found;
	list_each (n, t, all) {
		const struct listener *p = list_entry(n, struct listener, node);
		uint16_t port = p->port ? p->port : p->at.port;

		if (port == w->to.port || addr_same(&p->at, &w->at))
			json_array_append_new(
				found, json_string(addr_str(&p->at, text)));
	}
	return found;
}

/* Whether the name of the question leads to a resource ... */
struct why_covers {
	bool inside; /* ... under adit run, */
	bool stated; /* ... since the gateway has told this name */
};

/* The list of resources that match. */
static json_t *why_resources(struct why_case *w, struct why_covers *covers)
{
	json_t *all = json_array();
	struct list *n, *t;

	*covers = (struct why_covers){ 0 };
	list_each (n, t, &w->agent->resources) {
		const struct resource *r = list_entry(n, struct resource, node);
		struct why_match m;

		if (!why_find(w, r, &m))
			continue;
		covers->inside |= strcmp(m.by, "host") != 0;
		covers->stated |= !strcmp(m.by, "name") || !strcmp(m.by, "url");
		json_array_append_new(
			all,
			json_pack("{s:o, s:s, s:o, s:b, s:o}", "name",
				  why_text(r->entry.name), "by", m.by,
				  "pattern", why_text(m.pattern), "has_port",
				  !strcmp(m.by, "listener") ||
					  why_has_port(&r->entry, w->to.port),
				  "listen", why_listen(w, r)));
	}
	return all;
}

/* ---- what happened the last time ----------------------------------------- */

static bool why_is_about(const struct aim *aim, const struct why_case *w)
{
	const json_t *all = json_object_get(w->answer, "resources");

	if (aim->port != w->to.port)
		return false;
	if (*aim->host)
		return host_same(aim->host, w->to.host);
	for (size_t i = 0; i < json_array_size(all); i++) {
		const char *name = json_string_value(
			json_object_get(json_array_get(all, i), "name"));

		if (name && !strcmp(name, aim->resource))
			return true;
	}
	return false;
}

static json_t *why_last(const struct why_case *w)
{
	const struct refusals *all = &w->agent->refusals;

	for (unsigned i = 0; i < all->n; i++)
		if (why_is_about(&all->kept[i].aim, w))
			return refusal_json(&all->kept[i],
					    loop_now_us(w->agent->loop));
	return json_null();
}

/* ---- the question -------------------------------------------------------- */

static json_t *why_place(const struct addr *at)
{
	char text[ADDR_TEXT];

	return at->family ? json_string(addr_str(at, text)) : json_null();
}

/* By what the kernel's rules would catch it (intercept = nft). */
static const char *why_nft(const struct why_case *w,
			   const struct why_covers *covers)
{
	if (!w->at.family)
		return covers->stated ? "name" : "no name";
	return covered_has(w->agent, &w->at) ? "address" : "no address";
}

/* All that the agent knows itself.  False: no memory. */
static bool why_begin(struct why_case *w)
{
	static const struct addr none;
	struct addr dns = dns_at(w->agent);
	struct why_covers covers;
	json_t *resources = why_resources(w, &covers);

	w->answer = json_pack("{s:o, s:i, s:o, s:o, s:o, s:s, s:s, s:b}",
			      "host", why_text(w->to.host), "port",
			      (int)w->to.port, "resources", resources, "socks",
			      why_place(w->agent->socks ? &w->agent->socks->at :
							  &none),
			      "dns", why_place(&dns), "run",
			      w->at.family  ? "address" :
			      covers.inside ? "name" :
					      "no name",
			      "nft", why_nft(w, &covers), "nft_on",
			      w->agent->conf->intercept == INTERCEPT_NFT);
	return w->answer &&
	       !json_object_set_new(w->answer, "last", why_last(w));
}

/* Takes w->answer. */
static void why_end(struct why_case *w, const char *policy, const char *text)
{
	json_object_set_new(w->answer, "policy",
			    policy ? json_string(policy) : json_null());
	json_object_set_new(w->answer, "policy_text", why_text(text));
	w->fn(w->ctx, w->answer);
}

static void why_on_checked(void *ctx, unsigned reason, const char *text)
{
	struct why_case *w = ctx;

	why_end(w,
		reason == REASON_GRANTED ? "granted" :
		reason == REASON_DENIED  ? "not-allowed" :
		reason == REASON_CODE    ? "code" :
					   reason_str(reason),
		reason == REASON_GRANTED ? "it would connect now" :
					   check_text(reason, text));
	free(w);
}

/* An address of one of the agent's own listeners stands for what is behind
 * it, and one that stands for a name for that. */
static void why_aim(const struct why_case *w, struct open *o, uint8_t *service)
{
	struct list *n, *t, *m, *u;

	*o = (struct open){ .dest = w->to, .real = true };
	*service = SERVICE_FORWARD;
	if (!w->at.family)
		return;
	*o = covered_open(w->agent, &w->at);
	list_each (n, t, &w->agent->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		list_each (m, u, &r->listeners) {
			const struct listener *p = list_entry(
				m, struct listener, node);

			if (!addr_same(&p->at, &w->at))
				continue;
			*o = (struct open){ .dest.port = p->port,
					    .resource = r->entry.id };
			*service = r->entry.service;
		}
	}
}

void agent_why(struct agent *a, const struct agent_why_ask *ask)
{
	struct why_case w = { .agent = a, .fn = ask->fn, .ctx = ask->ctx },
			*copy;
	uint8_t service;
	struct open o;

	w.to.port = ask->port;
	snprintf(w.to.host, sizeof w.to.host, "%s", ask->host);
	if (addr_parse(&w.at, ask->host, ask->port))
		w.at = (struct addr){ 0 };
	copy = why_begin(&w) ? malloc(sizeof *copy) : NULL;
	if (!copy) {
		json_decref(w.answer);
		ask->fn(ask->ctx, NULL);
		return;
	}
	*copy = w;
	why_aim(&w, &o, &service);
	if (check_ask(a, service, &o, why_on_checked, copy)) {
		why_end(copy, NULL,
			"there is no connection to it; adit status "
			"says why");
		free(copy);
	}
}
