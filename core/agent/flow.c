/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.c - a connection of an application, and its channel. */
#include "agent/inside.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ORPHANS_MAX = 256 };

struct flow *flow_new(struct agent *a)
{
	struct flow *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	relay_init(&f->relay);
	sock_keep_alive(&f->relay.sock, KEEP_ALIVE_S);
	f->agent = a;
	list_init(&f->node);
	list_init(&f->listeners);
	for (unsigned i = 0; i < SPARES; i++)
		f->spare[i] = -1;
	list_append(&a->flows, &f->node);
	return f;
}

/* A gateway that never sends CANCEL loses the oldest listeners. */
static void limit_orphans(struct agent *a)
{
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, &a->orphans)
		count++;
	for (; count > ORPHANS_MAX; count--)
		listener_free(list_first(&a->orphans, struct listener, node));
}

void flow_free(struct flow *f)
{
	for (unsigned i = 0; i < SPARES; i++)
		if (f->spare[i] >= 0)
			close(f->spare[i]);
	/* An expectation may outlive its channel: the gateway says CANCEL. */
	list_splice(&f->agent->orphans, &f->listeners);
	limit_orphans(f->agent);
	if (f->real && f->leads)
		f->agent->led_us = loop_now_us(f->agent->loop);
	list_remove(&f->node);
	free(f->aim);
	free(f->announced);
	http_pass_free(f->pass);
	free(f);
}

void flow_remember(struct flow *f)
{
	f->announced = announced_new();
}

static int flow_connect_nowhere(const struct flow_net *net,
				const struct addr *to, const struct addr *from)
{
	(void)net;
	(void)to;
	(void)from;
	errno = ENETDOWN;
	return -1;
}

void flow_leave_net(struct agent *a, const struct flow_net *net)
{
	static const struct flow_net gone = { .connect = flow_connect_nowhere };
	struct list *n, *t;

	list_each (n, t, &a->flows) {
		struct flow *f = list_entry(n, struct flow, node);

		if (f->net != net)
			continue;
		f->net = &gone;
		/* Without an announcement there is nothing in reverse. */
		free(f->announced);
		f->announced = NULL;
	}
}

/* ---- refusals -------------------------------------------------------- */

static struct aim aim_of(struct agent *a, const struct open *o)
{
	struct aim aim = { .port = o->dest.port };
	struct list *n, *t;

	snprintf(aim.host, sizeof aim.host, "%s", o->dest.host);
	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		if (o->resource && r->entry.id == o->resource)
			snprintf(aim.resource, sizeof aim.resource, "%s",
				 r->entry.name);
	}
	/* The port of an expectation is all that the application knows. */
	if (!aim.port)
		aim.port = o->shown.port;
	return aim;
}

/* A connection that was open before, or that the application itself gave up,
 * was not refused. */
static void flow_note_refusal(struct flow *f, unsigned reason, const char *text)
{
	if (f->aim && reason != REASON_NONE && reason != REASON_PEER_RESET &&
	    reason != REASON_STOPPED)
		refusals_note_reset(&f->agent->refusals, f->aim, reason, text,
				    loop_now_us(f->agent->loop));
}

void flow_turned_away(struct listener *p, enum owner_verdict v)
{
	struct agent *a = p->agent;
	struct aim aim = { .port = p->port ? p->port : p->at.port };

	if (p->resource)
		snprintf(aim.resource, sizeof aim.resource, "%s",
			 p->resource->entry.name);
	if (p->mapping) {
		snprintf(aim.resource, sizeof aim.resource, "%s",
			 p->mapping->resource);
		snprintf(aim.host, sizeof aim.host, "%s", p->mapping->host);
	}
	refusals_note(&a->refusals, &aim,
		      v == OWNER_UNTOLD ? "closed early" : "other user",
		      verdict_why(v), loop_now_us(a->loop));
}

bool flow_trusts(const struct listener *p)
{
	return p->agent->conf->early_close == EARLY_CLOSE_ACCEPT;
}

/* ---- channels -------------------------------------------------------- */

static struct flow *flow_of(struct chan *c)
{
	return container_of(chan_end(c), struct flow, relay);
}

static void flow_on_opened(struct chan *c, const struct opened *o)
{
	struct flow *f = flow_of(c);

	(void)o;
	if (f->aim)
		refusals_opened(&f->agent->refusals, f->aim->resource);
	free(f->aim);
	f->aim = NULL;
	if (f->user)
		f->user->ops->opened(f);
}

static struct listener *among(struct list *listeners, const struct addr *at)
{
	struct list *n, *t;

	list_each (n, t, listeners)
		if (addr_same(&list_entry(n, struct listener, node)->at, at))
			return list_entry(n, struct listener, node);
	return NULL;
}

/* The lasting listener at which a connection came in: of a resource, of a map,
 * or of the session; or NULL. */
static struct listener *listener_of(const struct flow *f)
{
	struct listener *p = NULL;
	struct list *n, *t;

	list_each (n, t, &f->agent->resources)
		p = p ? p :
			among(&list_entry(n, struct resource, node)->listeners,
			      &f->shown);
	list_each (n, t, &f->agent->maps)
		p = p ? p :
			among(&list_entry(n, struct mapping, node)->listeners,
			      &f->shown);
	return p ? p : among(&f->agent->shared, &f->shown);
}

/* The duplicate keeps the connection open until the listener is shut: an
 * application that is reset before may connect again too early. */
static void flow_turn_away(const struct flow *f)
{
	struct listener *p = f->relay.sock.fd < 0 ? NULL : listener_of(f);
	int fd = p ? fcntl(f->relay.sock.fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (fd >= 0)
		listener_turn_away(p, fd);
}

/* Tells the log and `adit status`. */
static void flow_report_end(struct flow *f, unsigned reason, const char *text)
{
	char app[ADDR_TEXT], shown[ADDR_TEXT];

	if (f->asks_only || (f->has_other_way && reason == REASON_DENIED))
		return; /* no application hears of it */
	if (reason)
		log_msg(LOG_INFO, NULL, "%s to %s: %s%s%s",
			addr_str(&f->app, app), addr_str(&f->shown, shown),
			reason_str(reason), text ? ": " : "", text ? text : "");
	flow_note_refusal(f, reason, text);
}

static void flow_on_closed(struct chan *c, unsigned reason, const char *text)
{
	struct flow *f = flow_of(c);
	struct flow_user *user = f->user;

	flow_report_end(f, reason, text);
	if (user)
		user->ops->closed(f, user, reason, text);
	f->user = NULL;
	if (reason == REASON_REFUSED && f->aim)
		flow_turn_away(f);
	sock_close(&f->relay.sock, reason != REASON_NONE);
	/* The gateway will not send CANCEL for its expectations any more. */
	if (reason == REASON_LOST || reason == REASON_STOPPED)
		listeners_free_list(&f->listeners);
	flow_free(f);
}

static ssize_t flow_on_read(struct chan *c, const struct iovec *iov, int n,
			    bool *urgent)
{
	struct flow *f = flow_of(c);
	ssize_t got = f->pass ? http_pass_read(f->pass, c, iov, n, urgent) :
				relay_read(c, iov, n, urgent);

	if (f->announced && got > 0)
		announced_add(f->announced, iov, (size_t)got);
	return got;
}

/* A reply must not come before the connection that it is about: clients take
 * "transfer complete" with nobody at their listener for an error. */
static ssize_t flow_on_write(struct chan *c, const struct iovec *iov, int n,
			     bool urgent)
{
	return flow_of(c)->searches ? 0 : relay_write(c, iov, n, urgent);
}

static const struct chan_ops flow_ops = {
	.read = flow_on_read,
	.write = flow_on_write,
	.finish = relay_finish,
	.opened = flow_on_opened,
	.closed = flow_on_closed,
};

/* Spare ports for connections that may follow: bound, so that no other
 * program has them, and not listening, so that nobody connects to them. */
static void offer_spares(struct flow *f, struct open *o, unsigned n)
{
	struct addr at = f->shown;

	at.port = 0;
	for (unsigned i = 0; i < MIN(n, (unsigned)SPARES); i++) {
		f->spare[i] = tcp_listen(&at, 0, false);
		if (f->spare[i] >= 0)
			o->spare[o->nspare++] = addr_local(f->spare[i]).port;
	}
}

int flow_open(struct flow *f, uint8_t service, struct open *o)
{
	struct agent *a = f->agent;

	f->real = o->real;
	f->asks_only = o->check;
	o->source = f->app;
	o->shown = f->shown;
	f->aim = malloc(sizeof *f->aim);
	if (f->aim)
		*f->aim = aim_of(a, o);
	f->relay.chan = uplink_may_open(&a->uplink) ?
				chan_open(a->uplink.session, &flow_ops,
					  &f->relay, service, o) :
				NULL;
	if (f->relay.chan)
		return 0;
	/* A question of `adit map` is no connection of an application. */
	if (!o->check)
		flow_note_refusal(f,
				  uplink_may_open(&a->uplink) ?
					  REASON_LIMIT :
					  REASON_UNREACHABLE,
				  uplink_may_open(&a->uplink) ?
					  NULL :
					  "the gateway is out of reach");
	flow_free(f);
	return ERR_LIMIT;
}

void flow_attach(struct flow *f, struct chan *c)
{
	f->relay.chan = c;
	chan_attach(c, &flow_ops, &f->relay);
}

void flow_accept_as(struct listener *p, int fd, const struct addr *peer,
		    struct flow_as *as)
{
	struct flow *f = flow_new(p->agent);

	if (f) {
		f->app = *peer;
		f->shown = listener_local(p, fd);
		f->leads = as->spares;
		offer_spares(f, &as->open, as->spares);
		if (as->announces)
			flow_remember(f);
		/* What the application said before on the control connection
		 * (STOR, of FTP) must go to the gateway first. */
		f->relay.sock.has_options = true;
		f->relay.sock.priority = as->open.expectation ? -1 : 0;
		if (!flow_open(f, as->service, &as->open)) {
			relay_join(&f->relay, p->agent->loop, fd,
				   f->relay.chan);
			return;
		}
	}
	tcp_reset(fd);
}
