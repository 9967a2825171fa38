/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.c - the list of resources that the gateway sent, and where each
 * listens. */
#include "agent/inside.h"

#include "agent/ports.h"
#include "base/err.h"
#include "base/log.h"
#include "policy/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NET_BITS_LEAST = 8, /* of a network that is intercepted */
	RESOURCES_MAX = 4096,
};

struct resource *resources_find(struct agent *a, const char *name)
{
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		struct resource *r = list_entry(n, struct resource, node);

		if (!strcmp(r->entry.name, name))
			return r;
	}
	return NULL;
}

static void resource_free(struct resource *r)
{
	listeners_free_list(&r->listeners);
	list_remove(&r->node);
	name_list_fini(&r->names);
	free(r->nets.item);
	free(r);
}

static void resources_drop(struct list *resources)
{
	while (!list_is_empty(resources))
		resource_free(list_first(resources, struct resource, node));
}

/* An application's connection to a resource. */
static void resource_on_accepted(struct listener *p, int fd,
				 const struct addr *peer)
{
	struct resource *r = p->resource;
	struct flow_as as = {
		.open = { .dest.port = p->port, .resource = r->entry.id },
		.service = r->entry.service,
		.spares = p->spares,
		.announces = p->announces,
	};

	flow_accept_as(p, fd, peer, &as);
}

static void resource_listen(struct agent *a, struct resource *r)
{
	struct ports_wish wish = { .agent = a,
				   .entry = &r->entry,
				   .name = r->entry.name,
				   .accepted = resource_on_accepted };
	struct list *n, *t;

	if (a->conf->intercept != INTERCEPT_LOOPBACK) {
		bool caught = a->conf->intercept == INTERCEPT_NFT &&
			      (r->names.n || r->nets.n);

		snprintf(r->state, sizeof r->state, "%s",
			 caught ? "ready" : "not listening");
		return;
	}
	if (r->entry.flags & RESOURCE_ANY) {
		snprintf(r->state, sizeof r->state, "map");
		return;
	}
	if (!list_is_empty(&r->listeners))
		return;
	ports_open(&wish, &r->listeners, r->state);
	if (list_is_empty(&r->listeners))
		log_msg(LOG_WARN, r->entry.name, "%s", r->state);
	list_each (n, t, &r->listeners)
		list_entry(n, struct listener, node)->resource = r;
}

void resources_listen(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources)
		resource_listen(a, list_entry(n, struct resource, node));
}

void resources_close(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		struct resource *r = list_entry(n, struct resource, node);

		listeners_free_list(&r->listeners);
		snprintf(r->state, sizeof r->state, "stopped");
	}
}

void resources_free(struct agent *a)
{
	resources_drop(&a->resources);
	resources_drop(&a->incoming);
}

/* Without a tunnel listeners go on accepting: these connections wait for it. */
const char *resources_state_of(const struct agent *a, const char *state)
{
	if (a->state == AGENT_CONNECTED ||
	    (strcmp(state, "ready") && strcmp(state, "map")))
		return state;
	return a->state == AGENT_RECONNECTING ? "waiting" : "stopped";
}

/* ---- a new list ------------------------------------------------------ */

static bool same_ports(const struct resource_entry *a,
		       const struct resource_entry *b)
{
	if (a->nranges != b->nranges || a->ndata != b->ndata ||
	    a->flags != b->flags || a->service != b->service)
		return false;
	for (unsigned i = 0; i < a->nranges; i++)
		if (a->ranges[i].first != b->ranges[i].first ||
		    a->ranges[i].last != b->ranges[i].last)
			return false;
	return true;
}

/* Puts the new list in the place of the old one.  Resources that are in both
 * with the same ports keep their listeners; those of all others are closed. */
static void resources_replace(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->incoming) {
		struct resource *r = list_entry(n, struct resource, node);
		struct resource *old = resources_find(a, r->entry.name);
		struct list *m, *u;

		if (!old || !same_ports(&old->entry, &r->entry))
			continue;
		list_splice(&r->listeners, &old->listeners);
		memcpy(r->state, old->state, sizeof r->state);
		list_each (m, u, &r->listeners)
			list_entry(m, struct listener, node)->resource = r;
	}
	resources_drop(&a->resources);
	list_splice(&a->resources, &a->incoming);
}

static int take_entries(struct agent *a, const uint8_t *p, size_t n)
{
	struct resource *r;
	unsigned count = 0;
	struct list *m, *t;
	size_t used;

	list_each (m, t, &a->incoming)
		count++;
	while (n) {
		r = calloc(1, sizeof *r);
		if (!r)
			return ERR_NOMEM;
		list_init(&r->node);
		list_init(&r->listeners);
		list_append(&a->incoming, &r->node);
		if (unpack_resource(&r->entry, p, n, &used))
			return session_fail(a->uplink.session,
					    "malformed RESOURCES");
		if (++count > RESOURCES_MAX)
			return session_fail(a->uplink.session,
					    "too many resources");
		p += used;
		n -= used;
	}
	return 0;
}

int resources_frame(struct agent *a, const struct frame *f, const uint8_t *p,
		    bool *complete)
{
	int ret;

	*complete = false;
	if (f->flags & FLAG_FIRST)
		resources_drop(&a->incoming);
	ret = take_entries(a, p, f->len);
	if (ret || !(f->flags & FLAG_LAST))
		return ret;
	resources_replace(a);
	a->listed = *complete = true;
	return 0;
}

static struct resource *resources_incoming(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &a->incoming) {
		struct resource *r = list_entry(n, struct resource, node);

		if (r->entry.id == id)
			return r;
	}
	return NULL;
}

static int resources_add_names(struct agent *a, const struct names_entry *e)
{
	struct resource *r = resources_incoming(a, e->resource);

	if (!r || r->names.n)
		return session_fail(a->uplink.session,
				    "NAMES of a resource that is not listed");
	for (unsigned i = 0; i < e->n; i++) {
		if (!host_pattern_ok(e->name[i]))
			return session_fail(a->uplink.session,
					    "NAMES with no host name");
		if (name_list_add(&r->names, e->name[i]))
			return ERR_NOMEM;
	}
	return 0;
}

int resources_names(struct agent *a, const struct frame *f, const uint8_t *p)
{
	struct names_entry e;
	size_t left = f->len, used;
	int ret = 0;

	for (; !ret && left; p += used, left -= used) {
		if (unpack_names(&e, p, left, &used))
			return session_fail(a->uplink.session,
					    "malformed NAMES");
		ret = resources_add_names(a, &e);
	}
	return ret;
}

bool resources_some_reverse(const struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources)
		if (list_entry(n, struct resource, node)->entry.flags &
		    RESOURCE_REVERSE)
			return true;
	return false;
}

/* A gateway gets no connections of this machine with itself or its neighbours,
 * and not those with half of the world. */
static bool resources_net_ok(const struct net *n)
{
	static const char *const kept[] = {
		"127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4",
		"::/127",      "fe80::/10",      "ff00::/8",
	};
	struct net k;

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (net_parse(&k, kept[i]) || net_covers(&k, n) ||
		    net_covers(n, &k))
			return false;
	return n->bits >= NET_BITS_LEAST;
}

static int resources_add_nets(struct agent *a, const struct addresses_entry *e)
{
	struct resource *r = resources_incoming(a, e->resource);

	if (!r || r->nets.item)
		return session_fail(
			a->uplink.session,
			"ADDRESSES of a resource that is not listed");
	r->nets.item = calloc(e->n, sizeof *r->nets.item);
	if (!r->nets.item)
		return ERR_NOMEM;
	for (unsigned i = 0; i < e->n; i++)
		if (resources_net_ok(&e->net[i]))
			r->nets.item[r->nets.n++] = e->net[i];
	if (r->nets.n < e->n)
		log_msg(LOG_WARN, r->entry.name,
			"%u networks of this resource are not intercepted: "
			"they are this machine's own, or shorter than /%d",
			(unsigned)(e->n - r->nets.n), NET_BITS_LEAST);
	return 0;
}

int resources_addresses(struct agent *a, const struct frame *f,
			const uint8_t *p)
{
	struct addresses_entry e;
	size_t left = f->len, used;
	int ret = 0;

	for (; !ret && left; p += used, left -= used) {
		if (unpack_addresses(&e, p, left, &used))
			return session_fail(a->uplink.session,
					    "malformed ADDRESSES");
		ret = resources_add_nets(a, &e);
	}
	return ret;
}
