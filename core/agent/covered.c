/* SPDX-License-Identifier: BSD-2-Clause */
/* covered.c - names that lead to resources, and the addresses that stand for
 * them.
 *
 * A program that looks up such a name gets an address of 198.18.0.0/15
 * (intercept/synthetic.h).  What dials this address goes to the gateway by
 * name, as through SOCKS5. */
#include "agent/covered.h"

#include "agent/inside.h"
#include "intercept/synthetic.h"
#include "policy/host.h"

#include <stdio.h>
#include <string.h>

enum { TTL_S = 60 };

static bool covered_here(const char *name)
{
	size_t n = strlen(name), tail = strlen(".localhost");

	return !strcmp(name, "localhost") ||
	       (n > tail && !strcmp(name + n - tail, ".localhost"));
}

enum cover { COVER_NONE, COVER_ABOVE, COVER_ALL };

/* Of an any-IP resource without names the gateway does not say which lead to
 * it: any may.  Where there is another way, such names go that way, and the
 * resource is reached by address. */
static enum cover covered_by(const struct resource *r, const char *name,
			     enum covered_rest rest)
{
	enum cover found = COVER_NONE;
	char host[HOST_CAP];
	uint16_t port;

	if (r->entry.service == SERVICE_WEBLINK &&
	    !host_of_url(r->entry.detail, host, &port) && host_same(host, name))
		return COVER_ALL;
	if (r->entry.flags & RESOURCE_ANY && !r->names.n)
		return rest == REST_NOWHERE ? COVER_ALL : COVER_NONE;
	for (size_t i = 0; i < r->names.n; i++) {
		if (host_matches(r->names.item[i], name))
			return COVER_ALL;
		if (host_is_above(r->names.item[i], name))
			found = COVER_ABOVE;
	}
	return found;
}

/* Before the first list of resources nothing is known to lead nowhere. */
static enum cover covered_how(const struct covered *c, const char *name)
{
	enum cover found = c->agent->listed ? COVER_NONE : COVER_ALL;
	struct list *n, *t;

	list_each (n, t, &c->agent->resources)
		found = MAX(found,
			    covered_by(list_entry(n, struct resource, node),
				       name, c->rest));
	return found;
}

static int covered_addresses(void *ctx, const char *name,
			     struct addr out[static STUB_ADDRS])
{
	const struct covered *c = ctx;
	struct agent *a = c->agent;
	enum cover how = covered_how(c, name);
	bool is_new;

	if (covered_here(name))
		return addr_parse(&out[0], "127.0.0.1", 0) ? -1 : 1;
	if (how != COVER_ALL)
		return how == COVER_ABOVE && c->rest != REST_ELSEWHERE ? 0 : -1;
	/* Any user of the machine may ask here, and must not change what the
	 * addresses of others stand for. */
	if (c->rest == REST_UNASKED &&
	    synthetic_would_replace(a->synthetic, name))
		return 0;
	if (synthetic_get(a->synthetic, name, &out[0], &is_new))
		return 0;
	if (is_new && a->named)
		a->named(a->named_ctx, name, &out[0]);
	return 1;
}

static bool covered_name(void *ctx, const struct addr *at,
			 char out[static STUB_NAME])
{
	const struct covered *c = ctx;
	const char *name = synthetic_name(c->agent->synthetic, at);

	if (name)
		snprintf(out, STUB_NAME, "%s", name);
	return name;
}

struct stub_names covered_stub(struct covered *c)
{
	return (struct stub_names){
		.addresses = covered_addresses,
		.name = covered_name,
		.ctx = c,
		.ttl_s = TTL_S,
	};
}

static bool covered_port(const struct resource *r, unsigned port)
{
	for (unsigned i = 0; i < r->entry.nranges; i++)
		if (port >= r->entry.ranges[i].first &&
		    port <= r->entry.ranges[i].last)
			return true;
	return false;
}

bool covered_has(const struct agent *a, const struct addr *to)
{
	struct list *n, *t;

	if (synthetic_has(to))
		return true;
	if (uplink_is_at(&a->uplink, to))
		return false;
	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		if (net_list_has(&r->nets, to) && covered_port(r, to->port))
			return true;
	}
	return false;
}

bool covered_leads(const struct agent *a, const struct addr *to)
{
	const char *name = synthetic_name(a->synthetic, to);
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		if (r->entry.flags & RESOURCE_SPARES &&
		    covered_port(r, to->port) &&
		    (name ? covered_by(r, name, REST_NOWHERE) == COVER_ALL :
			    net_list_has(&r->nets, to)))
			return true;
	}
	return false;
}

struct open covered_open(const struct agent *a, const struct addr *to)
{
	struct open o = { .real = true, .dest.port = to->port };
	const char *name = synthetic_name(a->synthetic, to);
	char host[ADDR_TEXT];

	snprintf(o.dest.host, sizeof o.dest.host, "%s",
		 name ? name : addr_host(to, host));
	return o;
}
