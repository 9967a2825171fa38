/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_listeners.c - opens the sockets on which agents arrive. */
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

static unsigned listen_line(const struct gw_gateway *g)
{
	struct gw_gateway *base = (struct gw_gateway *)(uintptr_t)g;
	struct opt_target t = { gw_gateway_opts, base, &base->lines };

	return opt_line(&t, "listen");
}

static int cannot_listen(const struct gw_gateway *g, const struct addr *at,
			 int error, struct conf_errors *e)
{
	char text[ADDR_TEXT];

	return conf_error(e, listen_line(g), "cannot listen on %s: %s%s",
			  addr_str(at, text), strerror(error),
			  monitor_listeners_cure(error));
}

static int monitor_listeners_open_one(struct monitor_listeners *l,
				      const struct monitor_listeners *have,
				      const struct gw_gateway *g,
				      const struct addr *at,
				      struct conf_errors *e)
{
	const struct monitor_listener *old = monitor_listeners_find(have, at);
	struct monitor_listener *more;
	int fd;

	if (l->n == LISTENERS_MAX)
		return conf_error(e, listen_line(g),
				  "more than %d addresses to "
				  "listen on",
				  LISTENERS_MAX);
	more = reallocarray(l->item, l->n + 1, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	l->item = more;
	fd = old ? fcntl(old->fd, F_DUPFD_CLOEXEC, 0) :
		   tcp_listen(at, BACKLOG, true);
	if (fd < 0)
		return cannot_listen(g, at, errno, e);
	l->item[l->n++] = (struct monitor_listener){
		.at = *at,
		.real = addr_local(fd),
		.gateway = g->name,
		.fd = fd,
	};
	return 0;
}

int monitor_listeners_open(struct monitor_listeners *out,
			   const struct monitor_listeners *have,
			   const struct gw_conf *c, struct conf_errors *e)
{
	struct monitor_listeners l = { 0 };
	int r = 0;

	for (size_t i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];

		for (size_t k = 0; k < g->listen.n; k++) {
			const struct addr *at = &g->listen.item[k];

			if (monitor_listeners_find(&l, at))
				continue;
			/* Goes on after a failure, to report all at once. */
			int one = monitor_listeners_open_one(&l, have, g, at,
							     e);

			r = r ? r : one;
		}
	}
	if (r)
		monitor_listeners_close(&l);
	*out = l;
	return r;
}

static void monitor_listeners_try_one(const struct gw_gateway *g,
				      const struct addr *at, bool running,
				      struct conf_errors *e)
{
	int fd = tcp_listen(at, 0, true);

	if (fd >= 0)
		close(fd);
	else if (errno != EADDRINUSE || !running)
		cannot_listen(g, at, errno, e);
}

void monitor_listeners_try(const struct gw_conf *c, bool running,
			   struct conf_errors *e)
{
	for (size_t i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];

		for (size_t k = 0; k < g->listen.n; k++)
			monitor_listeners_try_one(g, &g->listen.item[k],
						  running, e);
	}
}

void monitor_listeners_close(struct monitor_listeners *l)
{
	while (l->n)
		close(l->item[--l->n].fd);
	free(l->item);
	*l = (struct monitor_listeners){ 0 };
}
