/* SPDX-License-Identifier: BSD-2-Clause */
/* dial.c - from what is asked for to a connected socket.
 *
 *   policy_match -> names -> policy_admit of each address -> connect, in order
 *
 * The connection goes to the very address that was checked, never to a name. */
#include "gateway/dial.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/expected.h"
#include "net/sock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ATTEMPT_US = 5000000,           /* for one address */
	ALL_US = 10000000,              /* for all of them */
	GRUMBLE_US = 1000000,
};

static void next_target(struct gchan *gc);

static void on_found(struct query *q, const struct addr *addrs, unsigned n);

struct dial *dial_new(struct gchan *gc, const struct open *o)
{
	struct dial *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->gc = gc;
	list_init(&d->query.node);
	d->query.found = on_found;
	d->fd = -1;
	d->wire = o->resource;
	snprintf(d->host, sizeof d->host, "%s", o->dest.host);
	d->port = o->dest.port;
	d->shown = o->shown;
	d->real = o->real;
	d->check = o->check;
	d->nspare = o->nspare;
	memcpy(d->spare, o->spare, sizeof d->spare);
	return d;
}

static void stop_attempt(struct gchan *gc)
{
	struct dial *d = gc->dial;

	list_remove(&gc->dialing);
	if (d->fd < 0)
		return;
	ev_io_stop(gc->gs->owner->loop.ev, &d->io);
	/* The server may have accepted it: no orderly end of nothing. */
	tcp_reset(d->fd);
	d->fd = -1;
}

void dial_drop(struct gchan *gc)
{
	if (!gc->dial)
		return;
	stop_attempt(gc);
	list_remove(&gc->dial->query.node);
	free(gc->dial->targets);
	free(gc->dial);
	gc->dial = NULL;
}

/* ---- failure ----------------------------------------------------------------- */

static unsigned reason_of(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return REASON_REFUSED;
	case ETIMEDOUT:
		return REASON_TIMEOUT;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EADDRNOTAVAIL:
		return REASON_LIMIT;
	default:
		return REASON_UNREACHABLE;
	}
}

static void grumble(struct owner *o, int error)
{
	uint64_t now = owner_now(o);

	if (now - o->grumbled_us < GRUMBLE_US)
		return;
	o->grumbled_us = now;
	log_msg(LOG_ERROR, NULL, "the worker cannot connect to servers: %s",
		strerror(error));
}

/* The text must not show an address that the user is not to see. */
static void fail(struct gchan *gc)
{
	const struct dial *d = gc->dial;
	unsigned reason = reason_of(d->error);
	char text[TEXT_MAX], at[ADDR_TEXT];

	snprintf(text, sizeof text, "%s", reason_str(reason));
	if (gc->resource && !gc->resource->hide_address)
		snprintf(text, sizeof text, "%s: %s",
			 addr_str(&gc->dest, at), strerror(d->error));
	chan_reset(gc->relay.chan, reason, text);
}

/* ---- connecting ---------------------------------------------------------------- */

static void on_connect(struct ev_loop *ev, ev_io *w, int events);

static bool attempt(struct gchan *gc)
{
	struct owner *o = gc->gs->owner;
	struct dial *d = gc->dial;

	gc->dest = d->addr[d->at++];
	gc->since_us = owner_now(o);
	d->fd = tcp_connect(&gc->dest, NULL);
	if (d->fd < 0) {
		d->error = errno;
		if (reason_of(errno) == REASON_LIMIT)
			grumble(o, errno);
		return false;
	}
	ev_io_init(&d->io, on_connect, d->fd, EV_WRITE);
	d->io.data = gc;
	ev_io_start(o->loop.ev, &d->io);
	list_move(&o->dialing, &gc->dialing);
	return true;
}

/* Names and announcements have times of their own, before. */
static bool is_too_late(struct gchan *gc)
{
	uint64_t now = owner_now(gc->gs->owner);

	if (!gc->dial->since_us)
		gc->dial->since_us = now;
	return now - gc->dial->since_us > ALL_US;
}

/* The next address, of this target or of one behind it. */
static void go_on(struct gchan *gc)
{
	struct dial *d = gc->dial;

	while (d->at < d->naddr && !is_too_late(gc))
		if (attempt(gc))
			return;
	if (d->next_target < d->ntargets && !is_too_late(gc))
		next_target(gc);
	else
		fail(gc);
}

static void on_connect(struct ev_loop *ev, ev_io *w, int events)
{
	struct gchan *gc = w->data;
	struct dial *d = gc->dial;
	socklen_t len = sizeof d->error;
	int fd;

	(void)events;
	session_set_now(gc->gs->session, owner_now(gc->gs->owner));
	if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &d->error, &len) ||
	    d->error) {
		stop_attempt(gc);
		go_on(gc);
		return;
	}
	ev_io_stop(ev, w);
	fd = d->fd;
	d->fd = -1;
	list_remove(&gc->dialing);
	gchan_connected(gc, fd);
}

void dials_expire(struct owner *o, uint64_t now)
{
	while (!list_is_empty(&o->dialing)) {
		struct gchan *gc = list_first(&o->dialing, struct gchan,
					      dialing);

		if (now - gc->since_us < ATTEMPT_US)
			break;
		session_set_now(gc->gs->session, now);
		stop_attempt(gc);
		gc->dial->error = ETIMEDOUT;
		go_on(gc);
	}
}

/* ---- a resource ------------------------------------------------------------------ */

static struct policy_ask ask_of(const struct gchan *gc)
{
	const struct dial *d = gc->dial;
	struct policy_ask ask = { .host = d->host, .port = d->port };

	if (d->wire)
		ask.resource = snapshot_from_wire(gc->gs->owner->snap, d->wire);
	/* One that is gone is not the same as none that is named. */
	if (d->wire && !ask.resource)
		ask.resource = UINT32_MAX;
	return ask;
}

/* Those that policy admits, as far as they are of one resource. */
static void admit_all(struct gchan *gc, const struct addr *addrs, unsigned n,
		      struct policy_answer *answer)
{
	struct owner *o = gc->gs->owner;
	struct grant g = gsession_grant(gc->gs);
	struct policy_who who = { o->snap->conf, &g, &o->locals->list };
	struct dial *d = gc->dial;
	struct policy_ask ask = ask_of(gc);
	struct policy_answer first = *answer;

	d->naddr = d->at = 0;
	for (unsigned i = 0; i < n && d->naddr < RESOLVE_MAX; i++) {
		struct policy_answer a = first;

		if (policy_admit(&who, &ask, &addrs[i], &a)) {
			*answer = a;
			continue;
		}
		if (d->naddr && a.resource != gc->resource)
			continue;
		gc->resource = a.resource;
		d->addr[d->naddr++] = a.addr;
	}
}

static int match(struct gchan *gc, struct policy_answer *answer)
{
	struct grant g = gsession_grant(gc->gs);
	struct policy_ask ask = ask_of(gc);

	return policy_match(gc->gs->owner->snap->conf, &g, &ask, answer);
}

static void with_addresses(struct gchan *gc, const struct addr *addrs,
			   unsigned n)
{
	struct policy_answer answer;

	/* Again, since the configuration may be another one by now. */
	if (match(gc, &answer)) {
		gchan_refuse(gc, &answer);
		return;
	}
	gc->resource = answer.resource;
	admit_all(gc, addrs, n, &answer);
	if (!gc->dial->naddr)
		gchan_refuse(gc, &answer);
	else if (gc->dial->check)
		chan_reset(gc->relay.chan, REASON_GRANTED, NULL);
	else
		go_on(gc);
}

static void on_found(struct query *q, const struct addr *addrs, unsigned n)
{
	struct gchan *gc = container_of(q, struct dial, query)->gc;

	session_set_now(gc->gs->session, owner_now(gc->gs->owner));
	if (n)
		with_addresses(gc, addrs, n);
	else
		chan_reset(gc->relay.chan, REASON_NO_NAME,
			   reason_str(REASON_NO_NAME));
}

bool dial_is_data(const struct gchan *gc)
{
	return gc->dial && !gc->dial->expected && gc->resource &&
	       port_set_has(&gc->resource->data_ports, gc->dial->port);
}

struct control {
	const struct gchan *of;
	const struct gchan *found;
};

static void look_for_control(struct chan *c, void *arg)
{
	struct control *k = arg;
	const struct gchan *gc = chan_end(c);

	if (gc && gc->resource == k->of->resource && chan_info(c).is_open &&
	    port_set_has(&gc->resource->ports, gc->dest.port) &&
	    (!k->found || gc->serial > k->found->serial))
		k->found = gc;
}

/* A name may have several addresses: data comes from the one that the newest
 * control connection has. */
static void start_data(struct gchan *gc)
{
	struct control k = { .of = gc };

	session_each(gc->gs->session, look_for_control, &k);
	if (k.found)
		with_addresses(gc, &k.found->dest, 1);
	else
		chan_reset(gc->relay.chan, REASON_DENIED,
			   "no control connection");
}

static void begin(struct gchan *gc)
{
	struct policy_answer answer;

	if (match(gc, &answer)) {
		gc->resource = answer.resource;
		gchan_refuse(gc, &answer);
		return;
	}
	gc->resource = answer.resource;
	if (dial_is_data(gc))
		start_data(gc);
	else if (answer.addr.family)
		with_addresses(gc, &answer.addr, 1);
	else if (lookup_ask(gc->gs->owner, &gc->dial->query, answer.host))
		chan_reset(gc->relay.chan, REASON_INTERNAL, "out of memory");
}

void dial_start(struct gchan *gc, const struct open *o)
{
	gc->dial = dial_new(gc, o);
	if (gc->dial)
		begin(gc);
	else
		chan_reset(gc->relay.chan, REASON_INTERNAL, "out of memory");
}

/* ---- targets of an expectation ---------------------------------------------------- */

static void next_target(struct gchan *gc)
{
	struct dial *d = gc->dial;
	const struct target *t = &d->targets[d->next_target++];

	d->at = 0;
	d->port = t->at.port;
	d->addr[0] = t->at;
	/* Again, since the configuration may be another one by now. */
	d->naddr = expected_may(gc, &t->at, t->name, &d->parent_server);
	go_on(gc);
}

void dial_targets(struct gchan *gc)
{
	gc->dial->error = EHOSTUNREACH;
	go_on(gc);
}

void dial_goes_on(struct gchan *gc)
{
	const struct dial *d = gc->dial;

	if (!d->expected)
		begin(gc);
	else if (d->error)
		dial_targets(gc);
	else
		expected_take(gc);
}

void dials_forsake(struct owner *o)
{
	while (!list_is_empty(&o->dialing))
		dial_drop(list_first(&o->dialing, struct gchan, dialing));
}
