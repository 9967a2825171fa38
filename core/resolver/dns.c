/* SPDX-License-Identifier: BSD-2-Clause */
/* dns.c - looks one host name up, in /etc/hosts and at the name servers.
 *
 * Each name has a channel of c-ares of its own.  It costs about 0.1 ms, and in
 * return each reads the resolv.conf of now, has ports of its own (which a
 * forger does not know), and ends when it is freed.
 *
 * IPv4 and IPv6 addresses are asked for together.  Servers that never answer
 * about IPv6 are common enough for RFC 8305: after a moment the IPv4 addresses
 * are asked for alone, and are all that is found if they come first. */
#include "resolver/dns.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"

#include <ares.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum {
	FIRST_MS = 1000, /* for one server; doubles with each round */
	ROUNDS = 3,
	NO_TTL_S = 5,    /* of what was not found */
	HALF_TTL_S = 30, /* of IPv4 addresses without IPv6's answer */
};
static const double ALONE_S = .05, ALL_S = 8.;

/* A socket that c-ares has opened. */
struct dns_sock {
	struct list node;
	struct dns *dns;
	ev_io io;
};

struct dns {
	struct ev_loop *ev;
	ares_channel channel;
	struct list socks;
	ev_timer retry; /* c-ares's next step */
	ev_timer alone, end;
	struct msg_resolved found;
	uint32_t ttl_s;
	bool finished;
	struct dns_call call;
	char host[HOST_MAX];
};

int dns_init(void)
{
	return ares_library_init(ARES_LIB_INIT_ALL) ? ERR_NOMEM : 0;
}

/* ---- answers ------------------------------------------------------------- */

static void dns_keep(struct msg_resolved *found,
		     const struct ares_addrinfo_node *i)
{
	struct sockaddr_storage ss = { 0 };
	struct addr a;

	if (i->ai_addrlen > sizeof ss || found->n == RESOLVE_MAX)
		return;
	memcpy(&ss, i->ai_addr, i->ai_addrlen);
	a = addr_from_sa(&ss);
	a.port = 0;
	if (!a.family)
		return;
	for (unsigned k = 0; k < found->n; k++)
		if (addr_same(&found->addrs[k], &a))
			return;
	found->addrs[found->n++] = a;
}

/* An alias may end before the addresses that it leads to. */
static uint32_t ttl_of(const struct ares_addrinfo *list)
{
	int ttl = INT_MAX;

	for (const struct ares_addrinfo_node *i = list->nodes; i;
	     i = i->ai_next)
		ttl = MIN(ttl, i->ai_ttl);
	for (const struct ares_addrinfo_cname *i = list->cnames; i; i = i->next)
		ttl = MIN(ttl, i->ttl);
	return (uint32_t)MAX(ttl, 0);
}

static unsigned outcome_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
	case ARES_ENONAME:
	case ARES_EBADNAME:
		return FOUND_NO_NAME;
	default:
		return FOUND_SILENCE;
	}
}

static void dns_take(struct dns *d, int status, struct ares_addrinfo *list)
{
	d->found = (struct msg_resolved){ .outcome = FOUND_ADDRESS };
	for (struct ares_addrinfo_node *i = list ? list->nodes : NULL; i;
	     i = i->ai_next)
		dns_keep(&d->found, i);
	d->finished = true;
	if (d->found.n) {
		d->ttl_s = ttl_of(list);
		return;
	}
	d->ttl_s = NO_TTL_S;
	d->found.outcome = (uint8_t)outcome_of(status);
	log_msg(LOG_DEBUG, NULL, "the resolver cannot find %s: %s", d->host,
		ares_strerror(status));
}

static void on_both(void *arg, int status, int timeouts,
		    struct ares_addrinfo *list)
{
	struct dns *d = arg;

	(void)timeouts;
	if (status != ARES_EDESTRUCTION && !d->finished)
		dns_take(d, status, list);
	ares_freeaddrinfo(list);
}

static void on_ipv4(void *arg, int status, int timeouts,
		    struct ares_addrinfo *list)
{
	struct dns *d = arg;

	(void)timeouts;
	if (status == ARES_SUCCESS && list && list->nodes && !d->finished) {
		dns_take(d, status, list);
		d->ttl_s = MIN(d->ttl_s, HALF_TTL_S);
	}
	ares_freeaddrinfo(list);
}

/* ---- the loop ------------------------------------------------------------ */

/* To be called after each call of c-ares: the name may have been found by
 * it. */
static void dns_settle(struct dns *d)
{
	struct timeval tv = { 0 };
	double after = 0;

	ev_timer_stop(d->ev, &d->retry);
	if (!d->finished) {
		if (!ares_timeout(d->channel, NULL, &tv))
			return;
		after = (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
	}
	ev_timer_set(&d->retry, after, 0.);
	ev_timer_start(d->ev, &d->retry);
}

static void on_retry(struct ev_loop *ev, ev_timer *w, int events)
{
	struct dns *d = w->data;

	(void)ev;
	(void)events;
	if (d->finished) {
		struct dns_call call = d->call;
		struct msg_resolved found = d->found;
		uint32_t ttl_s = d->ttl_s;

		dns_free(d);
		call.done(call.ctx, call.name, &found, ttl_s);
		return;
	}
	ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	dns_settle(d);
}

static void on_sock(struct ev_loop *ev, ev_io *w, int events)
{
	struct dns *d = ((struct dns_sock *)w->data)->dns;
	int fd = w->fd;

	(void)ev;
	ares_process_fd(d->channel, events & EV_READ ? fd : ARES_SOCKET_BAD,
			events & EV_WRITE ? fd : ARES_SOCKET_BAD);
	dns_settle(d);
}

static void on_alone(struct ev_loop *ev, ev_timer *w, int events)
{
	const struct ares_addrinfo_hints ipv4 = { .ai_family = AF_INET,
						  .ai_socktype = SOCK_STREAM };
	struct dns *d = w->data;

	(void)ev;
	(void)events;
	if (d->finished)
		return;
	ares_getaddrinfo(d->channel, d->host, NULL, &ipv4, on_ipv4, d);
	dns_settle(d);
}

static void on_end(struct ev_loop *ev, ev_timer *w, int events)
{
	struct dns *d = w->data;

	(void)ev;
	(void)events;
	if (!d->finished)
		dns_take(d, ARES_ETIMEOUT, NULL);
	dns_settle(d);
}

static struct dns_sock *sock_of(struct dns *d, int fd)
{
	struct list *n, *t;
	struct dns_sock *s;

	list_each (n, t, &d->socks) {
		s = list_entry(n, struct dns_sock, node);
		if (s->io.fd == fd)
			return s;
	}
	s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->dns = d;
	list_init(&s->node);
	list_append(&d->socks, &s->node);
	ev_io_init(&s->io, on_sock, fd, 0);
	s->io.data = s;
	return s;
}

/* c-ares wants to read or write this socket; neither: it is about to be closed.
 * Without memory for it, the lookup ends by its timeout. */
static void on_interest(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns *d = arg;
	struct dns_sock *s = sock_of(d, fd);

	if (!s)
		return;
	ev_io_stop(d->ev, &s->io);
	if (readable || writable) {
		ev_io_set(&s->io, fd,
			  (readable ? EV_READ : 0) | (writable ? EV_WRITE : 0));
		ev_io_start(d->ev, &s->io);
		return;
	}
	list_remove(&s->node);
	free(s);
}

/* ---- start and end ------------------------------------------------------- */

static int open_channel(struct dns *d)
{
	struct ares_options o = {
		.timeout = FIRST_MS,
		.tries = ROUNDS,
		.sock_state_cb = on_interest,
		.sock_state_cb_data = d,
	};
	int r = ares_init_options(&d->channel, &o,
				  ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					  ARES_OPT_SOCK_STATE_CB);

	if (!r)
		return 0;
	log_msg(LOG_WARN, NULL, "the resolver cannot look %s up: %s", d->host,
		ares_strerror(r));
	return ERR_SYS;
}

static void timer_in(struct dns *d, ev_timer *w,
		     void (*what)(struct ev_loop *, ev_timer *, int),
		     double after)
{
	ev_timer_init(w, what, after, 0.);
	w->data = d;
	if (after > 0)
		ev_timer_start(d->ev, w);
}

struct dns *dns_ask(struct ev_loop *ev, const char *host,
		    const struct dns_call *call)
{
	const struct ares_addrinfo_hints both = { .ai_family = AF_UNSPEC,
						  .ai_socktype = SOCK_STREAM };
	struct dns *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->ev = ev;
	d->call = *call;
	snprintf(d->host, sizeof d->host, "%s", host);
	list_init(&d->socks);
	if (open_channel(d)) {
		free(d);
		return NULL;
	}
	timer_in(d, &d->retry, on_retry, 0.);
	timer_in(d, &d->alone, on_alone, ALONE_S);
	timer_in(d, &d->end, on_end, ALL_S);
	ares_getaddrinfo(d->channel, d->host, NULL, &both, on_both, d);
	dns_settle(d);
	return d;
}

void dns_free(struct dns *d)
{
	if (!d)
		return;
	ares_destroy(d->channel);
	ev_timer_stop(d->ev, &d->retry);
	ev_timer_stop(d->ev, &d->alone);
	ev_timer_stop(d->ev, &d->end);
	while (!list_is_empty(&d->socks)) {
		struct dns_sock *s = list_first(&d->socks, struct dns_sock,
						node);

		ev_io_stop(d->ev, &s->io);
		list_remove(&s->node);
		free(s);
	}
	free(d);
}
