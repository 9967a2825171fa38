/* SPDX-License-Identifier: BSD-2-Clause */
/* resources.c - the list of resources that the gateway sent, and where each
 * listens. */
#include "agent/inside.h"

#include "agent/port_move.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PORTS_MAX = 1024, /* listeners of one resource */
	RESOURCES_MAX = 4096,
	ADDRESS_TRIES = 8, /* then ports that are taken move */
	PLACES = 16,       /* for one that moves */
	PRIVILEGED = 1024,
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
	free(r);
}

static void resources_drop(struct list *resources)
{
	while (!list_is_empty(resources))
		resource_free(list_first(resources, struct resource, node));
}

/* ---- listening ------------------------------------------------------------------ */

/* A list of listeners at one address, while it is made. */
struct opening {
	struct agent *a;
	struct addr at;
	struct port_move move;
	struct list *listeners;
	bool taken; /* no address is left where nobody else listens */
	bool fixed; /* the user chose this one */
};

static bool has_port(const struct opening *o, uint16_t port)
{
	struct list *n, *t;

	list_each (n, t, o->listeners)
		if (list_entry(n, struct listener, node)->at.port == port)
			return true;
	return false;
}

/* At a place that no port of this address has, and, where there may be another
 * address, nobody else: the number counts more than the address. */
static struct listener *listen_elsewhere(struct opening *o, uint16_t port)
{
	struct addr at = o->at;
	struct listener *p = NULL;

	for (unsigned i = 0; !p && i < PLACES; i++) {
		at.port = port_move(&o->move, port, i);
		if (!at.port)
			break;
		if (has_port(o, at.port))
			continue;
		p = listener_new(&o->a->listeners, &at, flow_accept);
		if (!p && (errno != EADDRINUSE || !(o->taken || o->fixed)))
			break;
	}
	return p;
}

/* Ports that need a right which this user lacks move; so do those, when `taken`,
 * that some program holds at every address of this machine. */
static struct listener *listen_port(struct opening *o, uint16_t port)
{
	struct addr at = o->at;
	struct listener *p;
	int why;

	at.port = port;
	p = listener_new(&o->a->listeners, &at, flow_accept);
	why = errno;
	if (p || !((why == EACCES && port < PRIVILEGED) ||
		   (why == EADDRINUSE && o->taken)))
		return p;
	p = listen_elsewhere(o, port);
	if (p)
		p->moved = why;
	return p;
}

/* The ports of an entry, and how many of them are its own, not data. */
static unsigned entry_ports(const struct resource_entry *e,
			    uint16_t ports[PORTS_MAX], unsigned *own)
{
	unsigned n = 0;

	*own = PORTS_MAX;
	for (unsigned i = 0; i < e->nranges; i++) {
		if (i == e->nranges - e->ndata)
			*own = n;
		for (unsigned p = e->ranges[i].first;
		     p <= e->ranges[i].last && n < PORTS_MAX; p++)
			ports[n++] = (uint16_t)p;
	}
	return n;
}

/* All ports at one address; ERR_SYS with errno at the first that fails. */
static int listen_all(struct opening *o, uint16_t chosen)
{
	const struct resource_entry *e = o->move.entry;
	uint16_t ports[PORTS_MAX], port;
	unsigned own, n = entry_ports(e, ports, &own);
	struct listener *p;

	if (chosen) {
		o->move.first = chosen;
		o->move.last = (uint16_t)MIN(chosen + MIN(n, own) - 1, 65535u);
	}
	for (unsigned i = 0; i < n; i++) {
		port = chosen && i < own ? (uint16_t)(chosen + i) : ports[i];
		errno = ERANGE; /* behind port 65535 */
		p = port ? listen_port(o, port) : NULL;
		if (!p) {
			listeners_free_list(o->listeners);
			return ERR_SYS;
		}
		p->agent = o->a;
		p->port = ports[i];
		p->is_data = i >= own;
		p->spares = e->flags & RESOURCE_SPARES && !p->is_data ? SPARES :
									0;
		p->announces = e->flags & RESOURCE_REVERSE && !p->is_data;
		list_append(o->listeners, &p->node);
	}
	return 0;
}

void resources_open(struct agent *a, const struct resource_entry *e,
		    const char *name, struct list *listeners, char why[160])
{
	const struct listen_conf *l = agent_conf_listen(a->conf, e->name);
	struct opening o = {
		.a = a,
		.listeners = listeners,
		.move = { .entry = e, .offset = a->conf->low_port_offset },
		.fixed = l && l->at.family && !strcmp(name, e->name),
	};
	char text[ADDR_TEXT];
	struct addr first;
	int ret = 0, tries;

	if (o.fixed)
		o.at = l->at;
	else
		ret = addresses_get(&a->addresses, name, &o.at);
	first = o.at;
	for (tries = 0; !ret; tries++) {
		o.taken = tries >= ADDRESS_TRIES;
		/* No other address helped: this one, with the port moved. */
		if (tries == ADDRESS_TRIES)
			o.at = first;
		if (!listen_all(&o, l ? (uint16_t)l->port : 0)) {
			snprintf(why, 160, "ready");
			if (!o.fixed)
				addresses_keep(&a->addresses, name, &o.at);
			return;
		}
		snprintf(why, 160, "cannot listen at %s: %s",
			 addr_host(&o.at, text),
			 errno == ERANGE ? "its ports go beyond 65535" :
					   strerror(errno));
		if (errno != EADDRINUSE || o.fixed ||
		    tries == 2 * ADDRESS_TRIES)
			return;
		ret = addresses_next(&a->addresses, &o.at);
	}
	snprintf(why, 160,
		 "no address is left in loopback_net: "
		 "see man adit.ini");
}

static void resource_listen(struct agent *a, struct resource *r)
{
	struct list *n, *t;

	if (a->conf->intercept == INTERCEPT_NONE) {
		snprintf(r->state, sizeof r->state, "not listening");
		return;
	}
	if (r->entry.flags & RESOURCE_ANY) {
		snprintf(r->state, sizeof r->state, "map");
		return;
	}
	if (!list_is_empty(&r->listeners))
		return;
	resources_open(a, &r->entry, r->entry.name, &r->listeners, r->state);
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
	maps_listen(a);
	socks_listen(a);
	addresses_save(&a->addresses);
}

void resources_close(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		struct resource *r = list_entry(n, struct resource, node);

		listeners_free_list(&r->listeners);
		snprintf(r->state, sizeof r->state, "stopped");
	}
	maps_close(a);
	listener_free(a->socks);
	a->socks = NULL;
}

void resources_free(struct agent *a)
{
	resources_drop(&a->resources);
	resources_drop(&a->incoming);
}

int resources_settle(struct agent *a)
{
	if (addresses_are_of(&a->addresses, a->conf, a->at))
		return 0;
	resources_close(a);
	resources_free(a);
	a->listed = false;
	addresses_fini(&a->addresses);
	return addresses_init(&a->addresses, a->conf, a->at);
}

/* ---- a new list ------------------------------------------------------------------- */

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

/* What was there and is the same goes on listening; the rest makes way. */
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
			return session_fail(a->session, "malformed RESOURCES");
		if (++count > RESOURCES_MAX)
			return session_fail(a->session, "too many resources");
		p += used;
		n -= used;
	}
	return 0;
}

int resources_frame(struct agent *a, const struct frame *f, const uint8_t *p)
{
	int ret;

	if (f->flags & FLAG_FIRST)
		resources_drop(&a->incoming);
	ret = take_entries(a, p, f->len);
	if (ret || !(f->flags & FLAG_LAST))
		return ret;
	resources_replace(a);
	a->listed = true;
	agent_forward(a);
	return 0;
}
