/* SPDX-License-Identifier: BSD-2-Clause */
/* reverse.c - connections from servers to the application, active FTP's and the
 * like: only to where the application itself listens.
 *
 * The gateway is not trusted with this.  A process that holds the control
 * connection must be listening at the endpoint in this moment; what else listens
 * on this machine is none of the gateway's business. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOWEST_PORT = 1024, LISTENERS_MAX = 16, TELL_US = 1000000 };

struct reverse {
	struct flow *flow;
	int fd;
	ev_io connected;
};

static struct flow *control_flow(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	/* 0 is the number of those that have none yet. */
	list_each(n, t, &a->flows) {
		struct flow *f = list_entry(n, struct flow, node);
		struct chan_info i;

		if (!f->relay.chan || f->reverse)
			continue;
		i = chan_info(f->relay.chan);
		if (id && i.client_id == id)
			return i.is_dead ? NULL : f;
	}
	return NULL;
}

/* NULL: it may be connected to.  Else why not. */
static const char *objection(struct agent *a, const struct flow *control,
			     const struct open *o, struct addr *to)
{
	uint32_t inodes[LISTENERS_MAX];
	struct owner app;
	unsigned n;

	if (!a->conf->reverse)
		return "reverse = no";
	if (!control)
		return "its control connection is gone";
	if (addr_parse(to, o->dest.host, o->dest.port) ||
	    !addr_same_host(to, &control->app))
		return "not the application's own address";
	if (to->port < LOWEST_PORT)
		return "a port below 1024";
	n = owner_listening(&a->owner, to, inodes, LISTENERS_MAX);
	if (!n)
		return "nobody listens there";
	if (owner_of(&a->owner, &control->app, &control->shown, &app) ||
	    !app.inode || !owner_holds_both(app.inode, inodes, n))
		return "not the application itself listens there";
	return NULL;
}

void reverse_drop(struct flow *f)
{
	struct reverse *r = f->reverse;

	if (!r)
		return;
	ev_io_stop(f->agent->loop->ev, &r->connected);
	if (r->fd >= 0)
		tcp_reset(r->fd);
	f->reverse = NULL;
	free(r);
}

static void on_connected(struct ev_loop *ev, ev_io *w, int events)
{
	struct reverse *r = w->data;
	struct flow *f = r->flow;
	struct chan *c = f->relay.chan;
	struct addr local = addr_local(r->fd);
	socklen_t len = sizeof errno;
	int fd = r->fd, error = 0;

	(void)ev;
	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) || error) {
		chan_reset(c, error == ETIMEDOUT ? REASON_TIMEOUT :
			   REASON_REFUSED, NULL);
		ev_io_stop(ev, w);
		return;
	}
	r->fd = -1;
	reverse_drop(f);
	chan_accept(c, &local);
	relay_join(&f->relay, f->agent->loop, fd, c);
}

/* From the address that the application dialled: clients compare. */
static int connect_from(struct flow *f, const struct addr *to)
{
	struct reverse *r = calloc(1, sizeof *r);
	struct addr from = f->shown;
	struct ev_loop *ev = f->agent->loop->ev;

	if (!r)
		return ERR_NOMEM;
	from.port = 0;
	r->fd = tcp_connect(to, &from);
	if (r->fd < 0) {
		free(r);
		return ERR_SYS;
	}
	r->flow = f;
	f->reverse = r;
	ev_io_init(&r->connected, on_connected, r->fd, EV_WRITE);
	r->connected.data = r;
	ev_io_start(ev, &r->connected);
	return 0;
}

static void tell(struct agent *a, const struct open *o, const char *why)
{
	uint64_t now = loop_now_us(a->loop);
	struct aim aim = { .port = o->dest.port };

	snprintf(aim.host, sizeof aim.host, "%s", o->dest.host);
	refusals_note(&a->refusals, &aim, "from the gateway", why, now);
	if (now - a->told_us < TELL_US)
		return;                 /* a gateway must not fill the disk */
	a->told_us = now;
	log_msg(LOG_WARN, NULL, "the gateway asked for a connection to %s port "
		"%u: refused: %s", o->dest.host, o->dest.port, why);
}

void reverse_open(struct agent *a, struct chan *c, const struct open *o)
{
	struct flow *control = control_flow(a, o->resource), *f;
	struct addr to = { 0 };
	const char *why = objection(a, control, o, &to);
	char text[ADDR_TEXT];

	if (why) {
		tell(a, o, why);
		chan_reset(c, REASON_DENIED, why);
		return;
	}
	f = flow_new(a);
	if (!f) {
		chan_reset(c, REASON_INTERNAL, NULL);
		return;
	}
	f->app = to;
	f->shown = control->shown;
	f->relay.chan = c;
	chan_attach(c, &flow_ops, &f->relay);
	if (connect_from(f, &to)) {
		log_msg(LOG_WARN, NULL, "cannot connect to %s",
			addr_str(&to, text));
		chan_reset(c, REASON_REFUSED, NULL);
	}
}
