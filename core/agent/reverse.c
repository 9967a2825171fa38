/* SPDX-License-Identifier: BSD-2-Clause */
/* reverse.c - connections from servers to the application, active FTP's and the
 * like: only to where the application itself listens, and has said so.
 *
 * The gateway is not trusted with this.  The application must have announced
 * the port on the control connection, once for each connection, and a
 * process that has this control connection must be listening there at this
 * moment.  The gateway must not learn what else listens on this machine, let
 * alone connect to it. */
#include "agent/inside.h"

#include "agent/holds.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	LOWEST_PORT = 1024,
	TELL_US = 1000000,
	STEP = 8, /* processes looked at in one turn */
	FRUITLESS_MAX = 10,
	MINUTE_US = 60000000,
};

static const char not_itself[] = "not the application itself listens there";

struct reverse {
	struct flow_user user;
	struct flow *flow;
	uint32_t control; /* the agent's id of its control channel */
	struct dest dest; /* where it goes, as it was asked for */
	struct addr to;
	uint16_t port;    /* that the server connects from; or 0 */
	struct task look; /* among all processes, in steps */
	struct hold_search search;
	int fd; /* connects, or -1 */
	ev_io connected;
};

static const struct flow_user_ops reverse_ops;

static bool is_reverse(const struct flow *f)
{
	return f->user && f->user->ops == &reverse_ops;
}

static struct flow *control_flow(struct agent *a, uint32_t id)
{
	struct list *n, *t;

	/* Flows whose channel has no id yet have 0. */
	list_each (n, t, &a->flows) {
		struct flow *f = list_entry(n, struct flow, node);
		struct chan_info i;

		if (!f->relay.chan || is_reverse(f))
			continue;
		i = chan_info(f->relay.chan);
		if (id && i.client_id == id)
			return i.is_dead ? NULL : f;
	}
	return NULL;
}

bool reverse_is_here(const struct flow *control, const struct addr *a)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sa(a, &ss);
	struct addr from = { 0 };
	int fd;

	if (addr_same_host(a, &control->app) || addr_is_loopback(a))
		return true;
	if (control->net)
		return false; /* what follows would ask about this network */
	/* The kernel would use another source address for a connection to
	 * another machine.  A UDP socket sends nothing by this. */
	fd = socket(a->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&ss, len))
		from = addr_local(fd);
	if (fd >= 0)
		close(fd);
	return addr_same_host(&from, a);
}

/* Why the application may not be connected to; NULL: it may, if one process
 * has both sockets[].  For a port that was not announced nothing is looked
 * up at all. */
static const char *reverse_objection(struct agent *a,
				     const struct flow *control,
				     const struct open *o, struct addr *to,
				     uint32_t sockets[2])
{
	struct owner_check *owner = control && control->net ?
					    control->net->owner :
					    &a->owner;
	struct owner app, listener;

	if (!a->conf->reverse)
		return "reverse = no";
	if (!control)
		return "its control connection is gone";
	if (addr_parse(to, o->dest.host, o->dest.port))
		return "not an address";
	/* In a network of the application's own all ports are its own. */
	if (to->port < LOWEST_PORT && !control->net)
		return "a port below 1024";
	if (!announced_take(control->announced, to->port))
		return "the application has not announced this port";
	if (!reverse_is_here(control, to))
		return "not an address of this machine";
	if (owner_of_listener(owner, to, &listener))
		return "nobody listens there";
	if (listener.uid != a->owner.uid || !listener.inode ||
	    owner_of(owner, &control->app, &control->shown, &app) || !app.inode)
		return not_itself;
	sockets[0] = app.inode;
	sockets[1] = listener.inode;
	return NULL;
}

static void reverse_refuse(struct agent *a, struct chan *c,
			   const struct dest *to, const char *why)
{
	uint64_t now = loop_now_us(a->loop);
	struct aim aim = { .port = to->port };

	snprintf(aim.host, sizeof aim.host, "%s", to->host);
	refusals_note(&a->refusals, &aim, "from the gateway", why, now);
	chan_reset(c, REASON_DENIED, why);
	if (now - a->told_us < TELL_US)
		return; /* a gateway must not fill the disk */
	a->told_us = now;
	log_msg(LOG_WARN, NULL,
		"refused a connection of the gateway to %s port %u: "
		"%s",
		to->host, to->port, why);
}

/* Replies that waited on the control connection go on in the next turn of
 * the loop. */
static void end_search(struct reverse *r)
{
	struct flow *control;

	if (!r->search.pids)
		return;
	hold_search_fini(&r->search);
	control = control_flow(r->flow->agent, r->control);
	if (control && control->searches && !--control->searches)
		sock_await_writable(&control->relay.sock);
}

static void reverse_free(struct reverse *r)
{
	ev_io_stop(r->flow->agent->loop->ev, &r->connected);
	task_cancel(&r->look);
	end_search(r);
	if (r->fd >= 0)
		tcp_reset(r->fd);
	r->flow->user = NULL;
	free(r);
}

static void reverse_on_closed(struct flow *f, struct flow_user *user,
			      unsigned reason, const char *text)
{
	(void)f;
	(void)reason;
	(void)text;
	reverse_free(container_of(user, struct reverse, user));
}

/* The gateway has opened the channel itself, and does not answer. */
static void reverse_on_opened(struct flow *f)
{
	(void)f;
}

static const struct flow_user_ops reverse_ops = {
	.opened = reverse_on_opened,
	.closed = reverse_on_closed,
};

/* ---- the connection -------------------------------------------------- */

static void reverse_on_connected(struct ev_loop *ev, ev_io *w, int events)
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
		chan_reset(c,
			   error == ETIMEDOUT ? REASON_TIMEOUT : REASON_REFUSED,
			   NULL);
		ev_io_stop(ev, w);
		return;
	}
	r->fd = -1;
	reverse_free(r);
	chan_accept(c, &local);
	relay_join(&f->relay, f->agent->loop, fd, c);
}

/* From the server's address where the kernel can be told so; else from this
 * machine's. */
static int reverse_connect_as(const struct reverse *r)
{
	const struct agent *a = r->flow->agent;
	struct addr as = r->flow->shown;
	int fd = -1;

	as.port = r->port;
	if (a->connect_as)
		fd = a->connect_as(a->connect_as_ctx, &r->to, &as);
	return fd < 0 ? tcp_connect(&r->to, NULL) : fd;
}

/* Connects from the address that the application dialled, if any, since
 * clients compare it with the one of their server. */
static void reverse_connect(struct reverse *r)
{
	struct flow *f = r->flow;
	struct addr from = f->shown;
	char text[ADDR_TEXT];

	if (f->net) {
		from.port = r->port;
		r->fd = f->net->connect(f->net, &r->to, &from);
	} else {
		from.port = 0;
		r->fd = tcp_connect(&r->to, from.family ? &from : NULL);
		/* It was dialled at the server's own address. */
		if (r->fd < 0 && errno == EADDRNOTAVAIL)
			r->fd = reverse_connect_as(r);
	}
	if (r->fd < 0) {
		log_msg(LOG_WARN, NULL,
			"cannot connect to the application at %s",
			addr_str(&r->to, text));
		chan_reset(f->relay.chan, REASON_REFUSED, NULL);
		return;
	}
	ev_io_set(&r->connected, r->fd, EV_WRITE);
	ev_io_start(f->agent->loop->ev, &r->connected);
}

/* ---- the process ----------------------------------------------------- */

static void reverse_on_look(struct task *t)
{
	struct reverse *r = container_of(t, struct reverse, look);
	struct agent *a = r->flow->agent;
	struct flow *control;
	struct holder holder;
	int ret = hold_search_step(&r->search, STEP, &holder);

	if (ret == ERR_AGAIN) {
		task_defer(a->loop, t);
		return;
	}
	control = control_flow(a, r->control);
	if (ret) {
		if (control)
			control->fruitless++;
		reverse_refuse(a, r->flow->relay.chan, &r->dest, not_itself);
		return;
	}
	if (control)
		control->holder = holder;
	a->holder = holder;
	end_search(r);
	reverse_connect(r);
}

/* Searches that find nobody are bounded for each minute, since a gateway
 * could keep this process busy with them.  Each control connection has its
 * own count, so that no program is refused because of another. */
static bool may_search(struct flow *control)
{
	uint64_t now = loop_now_us(control->agent->loop);

	if (now - control->fruitless_us > MINUTE_US) {
		control->fruitless_us = now;
		control->fruitless = 0;
	}
	return control->fruitless < FRUITLESS_MAX;
}

/* First looks at the processes that were found last, which mostly are the
 * right ones. */
static void find_holder(struct reverse *r, struct flow *control,
			const uint32_t sockets[2])
{
	struct agent *a = r->flow->agent;

	if (holds_both(&control->holder, sockets) ||
	    holds_both(&a->holder, sockets))
		reverse_connect(r);
	else if (!may_search(control) || hold_search_init(&r->search, sockets))
		reverse_refuse(a, r->flow->relay.chan, &r->dest, not_itself);
	else {
		control->searches++;
		task_defer(a->loop, &r->look);
	}
}

static struct reverse *reverse_new(struct agent *a)
{
	struct reverse *r = calloc(1, sizeof *r);
	struct flow *f = r ? flow_new(a) : NULL;

	if (!f) {
		free(r);
		return NULL;
	}
	r->user.ops = &reverse_ops;
	f->user = &r->user;
	r->flow = f;
	r->fd = -1;
	task_init(&r->look, reverse_on_look);
	ev_init(&r->connected, reverse_on_connected);
	r->connected.data = r;
	return r;
}

void reverse_open(struct agent *a, struct chan *c, const struct open *o)
{
	struct flow *control = control_flow(a, o->resource);
	struct addr to;
	struct reverse *r;
	uint32_t sockets[2];
	const char *why = reverse_objection(a, control, o, &to, sockets);

	if (why) {
		reverse_refuse(a, c, &o->dest, why);
		return;
	}
	r = reverse_new(a);
	if (!r) {
		chan_reset(c, REASON_INTERNAL, NULL);
		return;
	}
	r->control = o->resource;
	r->dest = o->dest;
	r->to = r->flow->app = to;
	r->flow->shown = control->shown;
	r->flow->net = control->net;
	r->port = o->shown.port;
	flow_attach(r->flow, c);
	find_holder(r, control, sockets);
}

void reverse_to(struct agent *a, struct chan *c, const struct addr *to)
{
	struct reverse *r = reverse_new(a);

	if (!r) {
		chan_reset(c, REASON_INTERNAL, NULL);
		return;
	}
	r->to = r->flow->app = *to;
	flow_attach(r->flow, c);
	reverse_connect(r);
}
