/* SPDX-License-Identifier: BSD-2-Clause */
/* run_ports.c - ports of a command that are published (adit run --publish): the
 * agent listens at this machine's loopback addresses, and what this user
 * connects there goes to where the command listens. */
#include "run/run_parts.h"

#include "base/err.h"
#include "run/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a server inside listens: at one of these, or at every address. */
static const char *const run_ports_at[] = { "127.0.0.1", "::1" };

static int run_ports_dial(struct run *r, uint16_t port)
{
	struct owner who;
	struct addr to;

	for (size_t i = 0; i < ARRAY_LEN(run_ports_at); i++)
		if (!addr_parse(&to, run_ports_at[i], port) &&
		    !owner_of_listener(&r->owner, &to, &who))
			return run_sockets_connect(&r->entry, &to, NULL);
	errno = ECONNREFUSED;
	return -1;
}

static void run_ports_on_accepted(struct listener *p, int fd,
				  const struct addr *peer)
{
	struct run *r = p->published->run;
	int inner = r->owner.nl ? run_ports_dial(r, p->published->port) : -1;

	(void)peer;
	if (inner < 0)
		tcp_reset(fd);
	else
		bridge_join(&r->runs->bridges, r->agent->loop, fd, inner);
}

static struct listener *run_ports_listen(struct run_port *p, const char *host)
{
	struct listener *l;
	struct addr at;

	if (addr_parse(&at, host, p->port))
		return NULL;
	l = listener_new(&p->run->agent->listeners, &at, run_ports_on_accepted);
	if (!l)
		return NULL;
	l->agent = p->run->agent;
	l->published = p;
	return l;
}

/* IPv6 may be missing; IPv4 is what programs try in the end. */
static int run_ports_open_one(struct run *r, uint16_t port)
{
	struct run_port *p = &r->ports[r->nports];

	p->run = r;
	p->port = port;
	p->listener4 = run_ports_listen(p, "127.0.0.1");
	if (!p->listener4)
		return ERR_SYS;
	p->listener6 = run_ports_listen(p, "::1");
	r->nports++;
	return 0;
}

int run_ports_open(struct run *r, const struct run_ask *ask, char *why,
		   size_t cap)
{
	if (!ask->nports)
		return 0;
	r->ports = calloc(ask->nports, sizeof *r->ports);
	for (unsigned i = 0; i < ask->nports; i++) {
		if (r->ports && !run_ports_open_one(r, ask->ports[i]))
			continue;
		snprintf(why, cap, "cannot publish port %u at 127.0.0.1: %s",
			 (unsigned)ask->ports[i], strerror(errno));
		run_ports_close(r);
		return ERR_SYS;
	}
	return 0;
}

void run_ports_close(struct run *r)
{
	for (unsigned i = 0; i < r->nports; i++) {
		listener_free(r->ports[i].listener4);
		listener_free(r->ports[i].listener6);
	}
	free(r->ports);
	r->ports = NULL;
	r->nports = 0;
}

bool run_ports_has(const struct syns *syns, const struct addr *to)
{
	const struct run *r = container_of(syns, const struct run, syns);

	for (unsigned i = 0; addr_is_loopback(to) && i < r->nports; i++)
		if (r->ports[i].port == to->port)
			return true;
	return false;
}

json_t *run_ports_status(const struct run *r)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < r->nports; i++)
		json_array_append_new(list, json_integer(r->ports[i].port));
	return list;
}
