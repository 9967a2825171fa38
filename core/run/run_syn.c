/* SPDX-License-Identifier: BSD-2-Clause */
/* run_syn.c - connections whose first packet waits for the gateway's answer.
 *
 *    the SYN comes           OPENED comes            accepted
 *   ---------------> WAITING ------------> RELEASED ----------> freed: a flow
 *                       |                      | closed by the gateway
 *                       | CLOSE comes          v
 *                       |                    ENDED -----------> freed: RST
 *                       |
 *                       | timed out: REPEATING, whose repeats are dropped
 *                       v refused: freed; the packet's mark is the error
 *
 * What is dialled at a loopback address is no server behind the gateway but
 * this machine: the agent dials it itself, and answers by what that leads to.
 *
 * Where the agent is to reach by itself what no resource covers (adit run
 * --also-direct), it dials that, too, when the gateway has denied it.
 *
 * So a server that refuses is a connect(2) that fails.  A program that gives up
 * while it waits says nothing: what is RELEASED and not accepted within a
 * second is given up, too. */
#include "run/run_parts.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/queue.h"
#include "intercept/synthetic.h"
#include "run/bridge.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SYNS_MAX = 8192, /* in one run; further ones are accepted early */
};

static const double ACCEPT_S = 1.;
/* For so long Linux repeats the SYN, until connect(2) is ETIMEDOUT. */
static const double REPEAT_S = 130.;

enum run_syn_state { WAITING, RELEASED, ENDED, REPEATING };

struct run_syn {
	struct flow_user user;
	struct list node; /* run.syns */
	struct run *run;
	struct flow *flow; /* or NULL: none, or not any more */
	int dialled;       /* instead of a flow: a connection; or -1 */
	int fd;            /* accepted before the answer; or -1: it is held */
	ev_io dial;
	enum run_syn_state state;
	uint32_t id; /* of the packet that waits */
	struct packet_syn syn;
	ev_timer late;
};

static struct list *run_syn_bucket(struct run *r, const struct addr *from)
{
	return &r->syns[from->port % RUN_BUCKETS];
}

static void run_syn_release(const struct run_syn *s, enum inner_mark mark)
{
	if (s->fd < 0 && queue_release(s->run->sockets.queue, s->id, mark))
		log_msg(LOG_WARN, "run", "a connection of %s is not let go: %s",
			s->run->name, strerror(errno));
}

/* The flow, if there still is one, is not its any more. */
static void run_syn_free(struct run_syn *s)
{
	struct ev_loop *ev = s->run->agent->loop->ev;

	ev_timer_stop(ev, &s->late);
	ev_io_stop(ev, &s->dial);
	if (s->dialled >= 0)
		tcp_reset(s->dialled);
	if (s->fd >= 0)
		tcp_reset(s->fd);
	list_remove(&s->node);
	s->run->nsyns--;
	if (s->flow)
		s->flow->user = NULL;
	free(s);
}

/* Nobody will accept it. */
static void run_syn_give_up(struct run_syn *s)
{
	if (s->flow)
		chan_reset(s->flow->relay.chan, REASON_PEER_RESET, NULL);
	run_syn_free(s);
}

static void run_syn_become(struct run_syn *s, enum run_syn_state next,
			   double seconds)
{
	struct ev_loop *ev = s->run->agent->loop->ev;

	s->state = next;
	ev_timer_stop(ev, &s->late);
	ev_timer_set(&s->late, seconds, 0.);
	ev_timer_start(ev, &s->late);
}

static void run_syn_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	run_syn_give_up(w->data);
}

static void run_syn_open(struct run_syn *s)
{
	int fd = s->fd;

	run_syn_release(s, INNER_CONNECTED);
	run_syn_become(s, RELEASED, ACCEPT_S);
	s->fd = -1;
	if (fd >= 0)
		run_syn_accept(s, fd);
}

static void run_syn_refuse(struct run_syn *s, enum inner_mark mark)
{
	run_syn_release(s, mark);
	if (mark == INNER_DROPPED && s->fd < 0)
		run_syn_become(s, REPEATING, REPEAT_S);
	else
		run_syn_free(s);
}

/* ---- what this machine says ---------------------------------------------- */

static enum inner_mark run_syn_errno(int error)
{
	switch (error) {
	case ETIMEDOUT:
		return INNER_DROPPED;
	case ENETUNREACH:
		return INNER_NO_ROUTE;
	case EHOSTUNREACH:
		return INNER_UNREACHABLE;
	default:
		return INNER_REFUSED;
	}
}

static void run_syn_on_dialled(struct ev_loop *ev, ev_io *w, int events)
{
	struct run_syn *s = w->data;
	int error = 0;
	socklen_t len = sizeof error;

	(void)events;
	ev_io_stop(ev, w);
	if (getsockopt(s->dialled, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (error)
		run_syn_refuse(s, run_syn_errno(error));
	else
		run_syn_open(s);
}

static void run_syn_dial(struct run_syn *s)
{
	/* What it has published would lead back to itself. */
	if (addr_is_loopback(&s->syn.to) &&
	    run_ports_has(s->run, s->syn.to.port)) {
		run_syn_refuse(s, INNER_REFUSED);
		return;
	}
	s->dialled = tcp_connect(&s->syn.to, NULL);
	if (s->dialled < 0) {
		run_syn_refuse(s, run_syn_errno(errno));
		return;
	}
	ev_io_set(&s->dial, s->dialled, EV_WRITE);
	ev_io_start(s->run->agent->loop->ev, &s->dial);
}

/* An address that stands for a name is nobody's outside. */
static bool run_syn_goes_direct(const struct run_syn *s)
{
	return s->run->direct &&
	       !synthetic_name(s->run->runs->names, &s->syn.to);
}

/* ---- what the gateway says ----------------------------------------------- */

static struct run_syn *run_syn_of(struct flow_user *user)
{
	return container_of(user, struct run_syn, user);
}

static void run_syn_on_opened(struct flow *f)
{
	run_syn_open(run_syn_of(f->user));
}

/* As the same failure is without adit.  What no resource covers has no
 * route. */
static enum inner_mark run_syn_mark(unsigned reason)
{
	switch (reason) {
	case REASON_UNREACHABLE:
	case REASON_NO_NAME:
		return INNER_UNREACHABLE;
	case REASON_TIMEOUT:
		return INNER_DROPPED;
	case REASON_DENIED:
	case REASON_STOPPED:
	case REASON_LOST:
		return INNER_NO_ROUTE;
	default:
		return INNER_REFUSED;
	}
}

static void run_syn_on_closed(struct flow *f, struct flow_user *user,
			      unsigned reason, const char *text)
{
	struct run_syn *s = run_syn_of(user);

	(void)f;
	(void)text;
	s->flow = NULL;
	if (s->state == WAITING && reason == REASON_DENIED &&
	    run_syn_goes_direct(s))
		run_syn_dial(s);
	else if (s->state == WAITING)
		run_syn_refuse(s, run_syn_mark(reason));
	else
		run_syn_become(s, ENDED, ACCEPT_S);
}

static const struct flow_user_ops run_syn_ops = {
	.opened = run_syn_on_opened,
	.closed = run_syn_on_closed,
};

/* ---- what the command dials ---------------------------------------------- */

static struct open run_syn_open_of(const struct run *r, const struct addr *to)
{
	struct open o = { .real = true, .dest.port = to->port };
	const char *name = synthetic_name(r->runs->names, to);
	char host[ADDR_TEXT];

	snprintf(o.dest.host, sizeof o.dest.host, "%s",
		 name ? name : addr_host(to, host));
	return o;
}

struct flow *run_flow(struct run *r, const struct addr *from,
		      const struct addr *to)
{
	struct flow *f = flow_new(r->agent);
	struct open o = run_syn_open_of(r, to);

	if (!f)
		return NULL;
	f->app = *from;
	f->shown = *to;
	f->net = &r->net;
	/* Which resource it is only the gateway knows. */
	if (r->owner.nl && resources_some_reverse(r->agent))
		flow_remember(f);
	f->has_other_way = r->direct;
	return flow_open(f, SERVICE_FORWARD, &o) ? NULL : f;
}

static struct run_syn *run_syn_new(struct run *r, const struct packet_syn *syn)
{
	struct run_syn *s = r->nsyns < SYNS_MAX ? calloc(1, sizeof *s) : NULL;

	if (!s)
		return NULL;
	s->user.ops = &run_syn_ops;
	s->run = r;
	s->syn = *syn;
	s->dialled = s->fd = -1;
	ev_init(&s->late, run_syn_on_late);
	ev_init(&s->dial, run_syn_on_dialled);
	s->late.data = s->dial.data = s;
	list_init(&s->node);
	list_append(run_syn_bucket(r, &s->syn.from), &s->node);
	r->nsyns++;
	return s;
}

static void run_syn_ask(struct run_syn *s)
{
	s->flow = run_flow(s->run, &s->syn.from, &s->syn.to);
	if (s->flow)
		s->flow->user = &s->user;
	else
		run_syn_refuse(s, INNER_NO_ROUTE);
}

struct run_syn *run_syn_find(struct run *r, const struct addr *from,
			     const struct addr *to)
{
	struct list *bucket = run_syn_bucket(r, from), *n, *t;

	list_each (n, t, bucket) {
		struct run_syn *s = list_entry(n, struct run_syn, node);

		if (addr_same(&s->syn.from, from) && addr_same(&s->syn.to, to))
			return s;
	}
	return NULL;
}

/* The kernel repeats a SYN that waits; the first one is enough. */
static void run_syn_repeat(struct run_syn *s, const struct queue_packet *q)
{
	struct run_syn again = *s;

	again.id = q->id;
	run_syn_release(&again,
			s->state == RELEASED ? INNER_CONNECTED : INNER_DROPPED);
}

static void run_syn_begin(struct run_syn *s)
{
	if (addr_is_loopback(&s->syn.to))
		run_syn_dial(s);
	else
		run_syn_ask(s);
}

/* Whether nobody has to be asked before the program is connected. */
static bool run_syn_goes_early(const struct run *r, const struct addr *to)
{
	return to->port == INNER_DNS ||
	       (r->agent->conf->accept == ACCEPT_EARLY && !r->direct &&
		!addr_is_loopback(to));
}

static void run_syn_hold(struct run *r, const struct queue_packet *q)
{
	struct run_syn *s = NULL;

	if (q->is_syn && !run_syn_goes_early(r, &q->syn.to))
		s = run_syn_new(r, &q->syn);
	if (s) {
		s->id = q->id;
		run_syn_begin(s);
	} else if (queue_release(r->sockets.queue, q->id, INNER_CONNECTED)) {
		log_msg(LOG_DEBUG, "run", "%s", strerror(errno));
	}
}

void run_syn_ask_late(struct run *r, int fd, const struct addr *from,
		      const struct addr *to)
{
	const struct packet_syn syn = { .from = *from, .to = *to };
	struct run_syn *s = run_syn_new(r, &syn);

	if (!s) {
		tcp_reset(fd);
		return;
	}
	s->fd = fd;
	run_syn_begin(s);
}

static void run_syn_take(struct run *r, const struct queue_packet *q)
{
	struct run_syn *before = q->is_syn ? run_syn_find(r, &q->syn.from,
							  &q->syn.to) :
					     NULL;

	if (before && before->syn.seq == q->syn.seq) {
		run_syn_repeat(before, q);
		return;
	}
	/* The same port again: the program has given up the first one. */
	if (before) {
		if (before->state == WAITING)
			run_syn_release(before, INNER_DROPPED);
		run_syn_give_up(before);
	}
	run_syn_hold(r, q);
}

void run_syn_read(struct run *r)
{
	struct queue_packet q;
	int ret;

	while (!(ret = queue_next(r->sockets.queue, &q)))
		run_syn_take(r, &q);
	if (ret == ERR_SYS)
		log_msg(LOG_WARN, "run", "connections of %s wait in vain: %s",
			r->name, strerror(errno));
}

void run_syn_accept(struct run_syn *s, int fd)
{
	struct run *r = s->run;
	struct flow *f = s->flow;
	int dialled = s->dialled;

	if (s->state == WAITING)
		run_syn_release(s, INNER_DROPPED); /* a repeat was faster */
	s->dialled = -1;
	run_syn_free(s);
	if (f)
		relay_join(&f->relay, r->agent->loop, fd, f->relay.chan);
	else if (dialled >= 0)
		bridge_join(&r->runs->bridges, r->agent->loop, fd, dialled);
	else
		tcp_reset(fd);
}

void run_syn_free_all(struct run *r)
{
	for (unsigned i = 0; i < RUN_BUCKETS; i++)
		while (!list_is_empty(&r->syns[i]))
			run_syn_give_up(
				list_first(&r->syns[i], struct run_syn, node));
}
