/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.c - answers DNS queries for the names of resources. */
#include "agent/dns.h"

#include "agent/inside.h"
#include "base/log.h"
#include "intercept/stub.h"
#include "policy/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	QUERY_MAX = 512, /* bytes; longer queries are cut, and malformed then */
	WAITING_MAX = 64,
	AT_ONCE = 32,   /* queries that are read in one turn of the loop */
	PORTS_MAX = 16, /* of a resource that gets maps for queries */
	/* Any user of the machine may ask; what is left of the maps and of the
	 * addresses is for `adit map`. */
	MAPPED_MAX = 256,
	TTL_S = 5, /* listeners come and go with the list of resources */
};

struct agent_dns {
	struct agent *agent;
	ev_io rd;
	struct addr at;
	struct list waiting; /* struct dns_query: the gateway was asked */
	unsigned nwaiting;
	unsigned mapped; /* hosts that queries have mapped */
};

/* One query, on the stack, or in dns.waiting while the gateway is asked whether
 * a host of an any-IP resource may be reached. */
struct dns_query {
	struct list node;
	struct agent_dns *dns; /* NULL: it was closed meanwhile */
	struct agent *agent;
	struct sockaddr_storage from;
	socklen_t from_len;
	size_t n;
	uint8_t data[QUERY_MAX];
	bool asked;                  /* the gateway has answered */
	const struct resource *wish; /* wants a map for: */
	char host[STUB_NAME];
};

/* ---- what the stub asks -------------------------------------------------- */

static bool is_named(const struct resource *r, const char *name)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (host_matches(r->names.item[i], name))
			return true;
	return false;
}

static bool has_name_below(const struct resource *r, const char *name)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (host_is_above(r->names.item[i], name))
			return true;
	return false;
}

/* Each address of the listeners once. */
static int dns_add(const struct list *listeners, struct addr *out, int n)
{
	struct list *m, *t;

	list_each (m, t, listeners) {
		struct addr at = list_entry(m, struct listener, node)->at;
		int i = 0;

		at.port = 0;
		while (i < n && !addr_same_host(&out[i], &at))
			i++;
		if (i == n && n < STUB_ADDRS)
			out[n++] = at;
	}
	return n;
}

/* The listeners of a host of an any-IP resource; or NULL, and a map is wanted
 * where there was no question about it yet. */
static const struct list *dns_map(struct dns_query *q, const struct resource *r,
				  const char *name)
{
	unsigned ports = 0;
	const struct list *found = maps_listeners(q->agent, r->entry.name,
						  name);

	for (unsigned i = 0; i < r->entry.nranges; i++)
		ports += r->entry.ranges[i].last - r->entry.ranges[i].first +
			 1u;
	if (!found && !q->asked && !q->wish && ports <= PORTS_MAX &&
	    q->dns->mapped < MAPPED_MAX) {
		q->wish = r;
		snprintf(q->host, sizeof q->host, "%s", name);
	}
	return found;
}

static int dns_addresses(void *ctx, const char *name,
			 struct addr out[static STUB_ADDRS])
{
	struct dns_query *q = ctx;
	bool above = false, named = false;
	struct list *m, *t;
	int n = 0;

	list_each (m, t, &q->agent->resources) {
		const struct resource *r = list_entry(m, struct resource, node);
		const struct list *listeners = &r->listeners;

		above = above || has_name_below(r, name);
		if (!is_named(r, name))
			continue;
		if (r->entry.flags & RESOURCE_ANY)
			listeners = dns_map(q, r, name);
		else
			named = true;
		if (listeners)
			n = dns_add(listeners, out, n);
	}
	return n || named || above ? n : -1;
}

/* The first of a resource's names that is one and no pattern. */
static const char *plain_name(const struct resource *r)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (r->names.item[i][0] != '*')
			return r->names.item[i];
	return NULL;
}

static bool dns_name(void *ctx, const struct addr *a,
		     char out[static STUB_NAME])
{
	struct dns_query *q = ctx;
	struct list *m, *t;

	list_each (m, t, &q->agent->resources) {
		const struct resource *r = list_entry(m, struct resource, node);
		const char *name = plain_name(r);
		struct addr at[STUB_ADDRS];
		int n = dns_add(&r->listeners, at, 0);

		for (int i = 0; name && i < n; i++)
			if (addr_same_host(&at[i], a)) {
				snprintf(out, STUB_NAME, "%s", name);
				return true;
			}
	}
	return false;
}

/* ---- queries ------------------------------------------------------------- */

static void dns_query_free(struct dns_query *q)
{
	if (q->dns) {
		list_remove(&q->node);
		q->dns->nwaiting--;
	}
	free(q);
}

static void dns_answer(struct dns_query *q);

static void dns_on_mapped(void *ctx, json_t *mapped, const char *why)
{
	struct dns_query *q = ctx;

	if (!mapped)
		log_msg(LOG_DEBUG, "dns", "%s", why);
	else if (q->dns)
		q->dns->mapped++;
	json_decref(mapped);
	q->asked = true;
	q->wish = NULL;
	if (q->dns)
		dns_answer(q);
	dns_query_free(q);
}

/* The gateway is asked whether the name may be reached, and has an address. */
static void dns_ask(const struct dns_query *q)
{
	struct agent_map_ask ask = { .resource = q->wish->entry.name,
				     .host = q->host,
				     .fn = dns_on_mapped };
	struct dns_query *copy;

	/* Who asks too much asks again, as resolvers do. */
	if (q->dns->nwaiting == WAITING_MAX)
		return;
	copy = malloc(sizeof *copy);
	if (!copy)
		return;
	*copy = *q;
	list_init(&copy->node);
	list_append(&q->dns->waiting, &copy->node);
	q->dns->nwaiting++;
	ask.ctx = copy;
	agent_map(q->agent, &ask);
}

/* Where connections are caught by the kernel, names have addresses that stand
 * for them, and no listeners. */
static struct stub_names dns_names(struct dns_query *q, struct covered *covered)
{
	if (q->agent->conf->intercept == INTERCEPT_NFT)
		return covered_stub(covered);
	return (struct stub_names){ .addresses = dns_addresses,
				    .name = dns_name,
				    .ctx = q,
				    .ttl_s = TTL_S };
}

static void dns_answer(struct dns_query *q)
{
	struct covered covered = { q->agent, REST_UNASKED };
	const struct stub_names names = dns_names(q, &covered);
	uint8_t reply[STUB_REPLY];
	size_t len;

	if (stub_reply(&names, q->data, q->n, reply, &len) == STUB_DROP)
		return;
	if (q->wish)
		dns_ask(q);
	else if (sendto(q->dns->rd.fd, reply, len, MSG_DONTWAIT,
			(struct sockaddr *)&q->from, q->from_len) < 0)
		log_msg(LOG_DEBUG, "dns", "no answer was sent: %s",
			strerror(errno));
}

static void dns_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct agent_dns *d = w->data;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < AT_ONCE; i++) {
		struct dns_query q = { .dns = d,
				       .agent = d->agent,
				       .from_len = sizeof q.from };
		ssize_t n = recvfrom(w->fd, q.data, sizeof q.data, MSG_DONTWAIT,
				     (struct sockaddr *)&q.from, &q.from_len);

		if (n < 0)
			return;
		q.n = (size_t)n;
		dns_answer(&q);
	}
}

/* ---- the socket ---------------------------------------------------------- */

/* A socket there; or -1 with errno. */
static int dns_bind(const struct addr *at)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(at, &ss);
	int fd = socket(at->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&ss, len)) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

/* Several users of a machine may have an agent with the same default. */
static int dns_open(const struct agent_conf *c)
{
	struct addr any = c->dns;
	int fd = dns_bind(&c->dns);

	any.port = 0;
	if (fd >= 0 || errno != EADDRINUSE || !c->dns_moves)
		return fd;
	return dns_bind(&any);
}

void dns_listen(struct agent *a)
{
	const struct addr *at = &a->conf->dns;
	char text[ADDR_TEXT];
	struct agent_dns *d;
	int fd;

	if (a->dns || !at->family)
		return;
	d = calloc(1, sizeof *d);
	fd = d ? dns_open(a->conf) : -1;
	if (fd < 0) {
		log_msg(LOG_ERROR, "dns",
			"cannot answer DNS queries at %s: %s; write another "
			"address in dns = of adit.ini",
			addr_str(at, text), strerror(errno));
		free(d);
		return;
	}
	d->agent = a;
	d->at = addr_local(fd);
	list_init(&d->waiting);
	ev_io_init(&d->rd, dns_on_rd, fd, EV_READ);
	d->rd.data = d;
	ev_io_start(a->loop->ev, &d->rd);
	a->dns = d;
}

void dns_close(struct agent *a)
{
	struct agent_dns *d = a->dns;
	struct list *n, *t;

	if (!d)
		return;
	a->dns = NULL;
	list_each (n, t, &d->waiting) {
		list_entry(n, struct dns_query, node)->dns = NULL;
		list_remove(n);
	}
	ev_io_stop(a->loop->ev, &d->rd);
	close(d->rd.fd);
	free(d);
}

struct addr dns_at(const struct agent *a)
{
	return a->dns ? a->dns->at : (struct addr){ 0 };
}
