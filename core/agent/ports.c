/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.c - listens at all ports of a resource, at one loopback address. */
#include "agent/ports.h"

#include "agent/inside.h"
#include "agent/port_move.h"
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	PORTS_MAX = 1024,  /* listeners of one resource */
	ADDRESS_TRIES = 8, /* then ports that are taken move */
	PLACES = 16,       /* for one that moves */
	PRIVILEGED = 1024,
};

/* A list of listeners at one address, while it is made. */
struct opening {
	const struct ports_wish *wish;
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

/* Listens at another port of the same address.  As long as another address
 * can be tried, a port that some program has is not moved further:
 * applications expect the number of the port more than a certain address. */
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
		p = listener_new(&o->wish->agent->listeners, &at,
				 o->wish->accepted);
		if (!p && (errno != EADDRINUSE || !(o->taken || o->fixed)))
			break;
	}
	return p;
}

/* Listens at `port`, or elsewhere where this user may not bind it or, when
 * all addresses have been tried (o->taken), where some program holds it at
 * every address. */
static struct listener *listen_port(struct opening *o, uint16_t port)
{
	struct addr at = o->at;
	struct listener *p;
	int why;

	at.port = port;
	p = listener_new(&o->wish->agent->listeners, &at, o->wish->accepted);
	why = errno;
	if (p || !((why == EACCES && port < PRIVILEGED) ||
		   (why == EADDRINUSE && o->taken)))
		return p;
	p = listen_elsewhere(o, port);
	if (p)
		p->place = why == EACCES ? PORT_PRIVILEGED : PORT_IN_USE;
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
		errno = ERANGE; /* the number is beyond 65535 */
		p = port ? listen_port(o, port) : NULL;
		if (!p) {
			listeners_free_list(o->listeners);
			return ERR_SYS;
		}
		p->agent = o->wish->agent;
		p->port = ports[i];
		p->is_data = i >= own;
		p->spares = e->flags & RESOURCE_SPARES && !p->is_data ? SPARES :
									0;
		p->announces = e->flags & RESOURCE_REVERSE && !p->is_data;
		list_append(o->listeners, &p->node);
	}
	return 0;
}

void ports_open(const struct ports_wish *wish, struct list *listeners,
		char why[PORTS_WHY])
{
	struct agent *a = wish->agent;
	const struct resource_entry *e = wish->entry;
	const char *name = wish->name;
	const struct listen_conf *l = agent_conf_listen(a->conf, e->name);
	struct opening o = {
		.wish = wish,
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
		/* The port is taken at all addresses: the first one again, with
		 * another port. */
		if (tries == ADDRESS_TRIES)
			o.at = first;
		if (!listen_all(&o, l ? (uint16_t)l->port : 0)) {
			snprintf(why, PORTS_WHY, "ready");
			if (!o.fixed)
				addresses_keep(&a->addresses, name, &o.at);
			return;
		}
		snprintf(why, PORTS_WHY, "cannot listen at %s: %s",
			 addr_host(&o.at, text),
			 errno == ERANGE ? "its ports go beyond 65535" :
					   strerror(errno));
		if (errno != EADDRINUSE || o.fixed ||
		    tries == 2 * ADDRESS_TRIES)
			return;
		ret = addresses_next(&a->addresses, &o.at);
	}
	snprintf(why, PORTS_WHY,
		 "no address is left in loopback_net: "
		 "see man adit.ini");
}
