/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_listeners.c - opens the sockets on which agents arrive, and binds
 * those at which users publish servers of theirs. */
#include "monitor/monitor_listeners.h"

#include "base/err.h"
#include "process/msg.h"
#include "net/sock.h"
#include "policy/conf_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	LISTENERS_MAX = MSG_FDS - 1, /* beside the bundle in one packet */
};

static const struct monitor_listener *
monitor_listeners_find(const struct monitor_listeners *l, const struct addr *at)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (addr_same(&l->item[i].at, at))
			return &l->item[i];
	return NULL;
}

const char *monitor_listeners_cure(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "; which program has it: ss -ltnp";
	case EADDRNOTAVAIL:
		return "; no interface has this address: ip address";
	case EACCES:
		return "; ports below 1024 need root, or "
		       "CAP_NET_BIND_SERVICE: run aditd as root";
	default:
		return "";
	}
}

/* A section with addresses: [gateway], or [publish] (gateway NULL). */
struct listen_section {
	const struct gw_gateway *gateway;
	const struct gw_publish *publish;
	const struct addr_list *listen;
	struct conf_errors *e;
};

static unsigned listen_line(const struct listen_section *s)
{
	struct opt_target t = { .table = NULL };

	if (s->gateway)
		t = (struct opt_target){
			gw_gateway_opts,
			(struct gw_gateway *)(uintptr_t)s->gateway,
			(struct opt_lines *)(uintptr_t)&s->gateway->lines
		};
	else
		t = (struct opt_target){
			gw_publish_opts,
			(struct gw_publish *)(uintptr_t)s->publish,
			(struct opt_lines *)(uintptr_t)&s->publish->lines
		};
	return opt_line(&t, "listen");
}

static int cannot_listen(const struct listen_section *s, const struct addr *at,
			 int error)
{
	char text[ADDR_TEXT];

	return conf_error(s->e, listen_line(s), "cannot listen on %s: %s%s",
			  addr_str(at, text), strerror(error),
			  monitor_listeners_cure(error));
}

/* Calls fn for each section with addresses.  The first error, after all
 * sections, so that one run reports all errors. */
static int listen_each(const struct gw_conf *c, struct conf_errors *e,
		       int (*fn)(void *, const struct listen_section *),
		       void *ctx)
{
	struct listen_section s = { .e = e };
	int r = 0, one;

	for (size_t i = 0; i < c->ngateways; i++) {
		s.gateway = &c->gateways[i];
		s.listen = &s.gateway->listen;
		one = fn(ctx, &s);
		r = r ? r : one;
	}
	s.gateway = NULL;
	for (size_t i = 0; i < c->npublishes; i++) {
		s.publish = &c->publishes[i];
		s.listen = &s.publish->listen;
		one = fn(ctx, &s);
		r = r ? r : one;
	}
	return r;
}

struct listen_open {
	struct monitor_listeners *l;
	const struct monitor_listeners *have;
};

/* The socket of another kind at the same address cannot be shared: one listens
 * and the other does not. */
static const struct monitor_listener *
listen_shared(const struct listen_open *o, const struct listen_section *s,
	      const struct addr *at)
{
	const struct monitor_listener *old = monitor_listeners_find(o->have,
								    at);

	return old && !old->publish == !s->publish ? old : NULL;
}

static int listen_open_one(const struct listen_open *o,
			   const struct listen_section *s,
			   const struct addr *at)
{
	const struct monitor_listener *old = listen_shared(o, s, at);
	struct monitor_listeners *l = o->l;
	struct monitor_listener *more;
	int fd;

	if (l->n == LISTENERS_MAX)
		return conf_error(s->e, listen_line(s),
				  "more than %d addresses to "
				  "listen on",
				  LISTENERS_MAX);
	more = reallocarray(l->item, l->n + 1, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	l->item = more;
	fd = old ? fcntl(old->fd, F_DUPFD_CLOEXEC, 0) :
		   tcp_listen(at, s->publish ? 0 : BACKLOG, true);
	if (fd < 0)
		return cannot_listen(s, at, errno);
	l->item[l->n++] = (struct monitor_listener){
		.at = *at,
		.real = addr_local(fd),
		.gateway = s->gateway ? s->gateway->name : NULL,
		.publish = s->gateway ? NULL : s->publish->name,
		.fd = fd,
	};
	return 0;
}

static int listen_open_section(void *ctx, const struct listen_section *s)
{
	const struct listen_open *o = ctx;
	int r = 0;

	for (size_t k = 0; k < s->listen->n; k++) {
		const struct addr *at = &s->listen->item[k];
		int one = monitor_listeners_find(o->l, at) ?
				  0 :
				  listen_open_one(o, s, at);

		r = r ? r : one;
	}
	return r;
}

int monitor_listeners_open(struct monitor_listeners *out,
			   const struct monitor_listeners *have,
			   const struct gw_conf *c, struct conf_errors *e)
{
	struct monitor_listeners l = { 0 };
	struct listen_open o = { &l, have };
	int r = listen_each(c, e, listen_open_section, &o);

	if (r)
		monitor_listeners_close(&l);
	*out = l;
	return r;
}

static int listen_try_section(void *ctx, const struct listen_section *s)
{
	const bool *running = ctx;

	for (size_t k = 0; k < s->listen->n; k++) {
		const struct addr *at = &s->listen->item[k];
		int fd = tcp_listen(at, 0, true);

		if (fd >= 0)
			close(fd);
		else if (errno != EADDRINUSE || !*running)
			cannot_listen(s, at, errno);
	}
	return 0;
}

void monitor_listeners_try(const struct gw_conf *c, bool running,
			   struct conf_errors *e)
{
	(void)listen_each(c, e, listen_try_section, &running);
}

void monitor_listeners_close(struct monitor_listeners *l)
{
	while (l->n)
		close(l->item[--l->n].fd);
	free(l->item);
	*l = (struct monitor_listeners){ 0 };
}
