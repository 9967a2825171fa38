/* SPDX-License-Identifier: BSD-2-Clause */
/* syns.c - connections whose first packet waits for the gateway's answer.
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
#include "run/syns.h"

#include "base/err.h"
#include "base/log.h"
#include "intercept/synthetic.h"
#include "run/bridge.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SYNS_MAX = 8192, /* of one queue; further ones are accepted early */
};

static const double ACCEPT_S = 1.;
/* For so long Linux repeats the SYN, until connect(2) is ETIMEDOUT. */
static const double REPEAT_S = 130.;

enum syn_state { WAITING, RELEASED, ENDED, REPEATING };

struct syn {
	struct flow_user user;
	struct list node; /* syns.bucket */
	struct syns *all;
	struct flow *flow; /* or NULL: none, or not any more */
	int dialled;       /* instead of a flow: a connection; or -1 */
	int fd;            /* accepted before the answer; or -1: it is held */
	ev_io dial;
	enum syn_state state;
	bool may_pass; /* goes on as without adit where it is denied */
	uint32_t id;   /* of the packet that waits */
	struct packet_syn syn;
	ev_timer late;
};

static void syn_accept(struct syn *, int fd);

static struct list *syn_bucket(struct syns *all, const struct addr *from)
{
	return &all->bucket[from->port % SYN_BUCKETS];
}

static void syn_release(const struct syn *s, enum inner_mark mark)
{
	if (s->fd < 0 && s->all->release(s->all, s->id, mark))
		log_msg(LOG_WARN, "run",
			"the kernel did not release the first packet of a "
			"connection of %s: %s",
			s->all->name, strerror(errno));
}

/* The flow, if there still is one, is not its any more. */
static void syn_free(struct syn *s)
{
	struct ev_loop *ev = s->all->agent->loop->ev;

	ev_timer_stop(ev, &s->late);
	ev_io_stop(ev, &s->dial);
	if (s->dialled >= 0)
		tcp_reset(s->dialled);
	if (s->fd >= 0)
		tcp_reset(s->fd);
	list_remove(&s->node);
	s->all->n--;
	if (s->flow)
		s->flow->user = NULL;
	free(s);
}

/* Nobody will accept it. */
static void syn_give_up(struct syn *s)
{
	if (s->flow)
		chan_reset(s->flow->relay.chan, REASON_PEER_RESET, NULL);
	syn_free(s);
}

static void syn_become(struct syn *s, enum syn_state next, double seconds)
{
	struct ev_loop *ev = s->all->agent->loop->ev;

	s->state = next;
	ev_timer_stop(ev, &s->late);
	ev_timer_set(&s->late, seconds, 0.);
	ev_timer_start(ev, &s->late);
}

static void syn_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	syn_give_up(w->data);
}

static void syn_open(struct syn *s)
{
	int fd = s->fd;

	syn_release(s, INNER_CONNECTED);
	syn_become(s, RELEASED, ACCEPT_S);
	s->fd = -1;
	if (fd >= 0)
		syn_accept(s, fd);
}

static void syn_refuse(struct syn *s, enum inner_mark mark)
{
	syn_release(s, mark);
	if (mark == INNER_DROPPED && s->fd < 0)
		syn_become(s, REPEATING, REPEAT_S);
	else
		syn_free(s);
}

/* ---- what this machine says ---------------------------------------------- */

static enum inner_mark syn_errno(int error)
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

static void syn_on_dialled(struct ev_loop *ev, ev_io *w, int events)
{
	struct syn *s = w->data;
	int error = 0;
	socklen_t len = sizeof error;

	(void)events;
	ev_io_stop(ev, w);
	if (getsockopt(s->dialled, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (error)
		syn_refuse(s, syn_errno(error));
	else
		syn_open(s);
}

/* A socket that connects; or -1 with errno. */
static int syn_connect(const struct syns *all, const struct addr *to)
{
	if (!all->is_own || !all->is_own(all, to))
		return tcp_connect(to, NULL);
	errno = ECONNREFUSED;
	return -1;
}

static void syn_dial(struct syn *s)
{
	s->dialled = syn_connect(s->all, &s->syn.to);
	if (s->dialled < 0) {
		syn_refuse(s, syn_errno(errno));
		return;
	}
	ev_io_set(&s->dial, s->dialled, EV_WRITE);
	ev_io_start(s->all->agent->loop->ev, &s->dial);
}

/* An address that stands for a name is nobody's outside. */
static bool syn_goes_direct(const struct syn *s)
{
	return s->all->direct &&
	       !synthetic_name(s->all->agent->synthetic, &s->syn.to);
}

/* ---- what the gateway says ----------------------------------------------- */

static struct syn *syn_of(struct flow_user *user)
{
	return container_of(user, struct syn, user);
}

static void syn_on_opened(struct flow *f)
{
	syn_open(syn_of(f->user));
}

/* As the same failure is without adit.  What no resource covers has no
 * route. */
static enum inner_mark syn_mark(unsigned reason)
{
	switch (reason) {
	case REASON_UNREACHABLE:
	case REASON_NO_NAME:
		return INNER_UNREACHABLE;
	case REASON_TIMEOUT:
		return INNER_DROPPED;
	case REASON_NO_ROUTE:
	case REASON_DENIED:
	case REASON_CODE:
	case REASON_STOPPED:
	case REASON_LOST:
		return INNER_NO_ROUTE;
	default:
		return INNER_REFUSED;
	}
}

static void syn_on_closed(struct flow *f, struct flow_user *user,
			  unsigned reason, const char *text)
{
	struct syn *s = syn_of(user);

	(void)f;
	(void)text;
	s->flow = NULL;
	if (s->state == WAITING && reason == REASON_DENIED && s->may_pass)
		syn_refuse(s, INNER_PASSED);
	else if (s->state == WAITING && reason == REASON_DENIED &&
		 syn_goes_direct(s))
		syn_dial(s);
	else if (s->state == WAITING)
		syn_refuse(s, syn_mark(reason));
	else
		syn_become(s, ENDED, ACCEPT_S);
}

static const struct flow_user_ops syn_ops = {
	.opened = syn_on_opened,
	.closed = syn_on_closed,
};

/* ---- what the command dials ---------------------------------------------- */

/* Asks the gateway.  NULL: it cannot be asked. */
static struct flow *syn_flow(struct syns *all, const struct addr *from,
			     const struct addr *to, bool other_way)
{
	const struct owner_check *owner = all->net ? all->net->owner :
						     &all->agent->owner;
	struct flow *f = flow_new(all->agent);
	struct open o = covered_open(all->agent, to);

	if (!f)
		return NULL;
	f->app = *from;
	f->shown = *to;
	f->net = all->net;
	f->leads = covered_leads(all->agent, to);
	/* Which resource it is only the gateway knows. */
	if (owner->nl && resources_some_reverse(all->agent))
		flow_remember(f);
	f->has_other_way = other_way;
	return flow_open(f, SERVICE_FORWARD, &o) ? NULL : f;
}

static struct syn *syn_new(struct syns *all, const struct packet_syn *syn)
{
	struct syn *s = all->n < SYNS_MAX ? calloc(1, sizeof *s) : NULL;

	if (!s)
		return NULL;
	s->user.ops = &syn_ops;
	s->all = all;
	s->syn = *syn;
	s->dialled = s->fd = -1;
	ev_init(&s->late, syn_on_late);
	ev_init(&s->dial, syn_on_dialled);
	s->late.data = s->dial.data = s;
	list_init(&s->node);
	list_append(syn_bucket(all, &s->syn.from), &s->node);
	all->n++;
	return s;
}

static void syn_ask(struct syn *s)
{
	s->flow = syn_flow(s->all, &s->syn.from, &s->syn.to,
			   s->all->direct || s->may_pass);
	if (s->flow)
		s->flow->user = &s->user;
	else
		syn_refuse(s, INNER_NO_ROUTE);
}

static struct syn *syn_find(struct syns *all, const struct addr *from,
			    const struct addr *to)
{
	struct list *bucket = syn_bucket(all, from), *n, *t;

	list_each (n, t, bucket) {
		struct syn *s = list_entry(n, struct syn, node);

		if (addr_same(&s->syn.from, from) && addr_same(&s->syn.to, to))
			return s;
	}
	return NULL;
}

/* Where the kernel has changed the source port (syns.renumbers), any connection
 * to the same server will do: nothing was said on those that were not accepted
 * yet. */
static struct syn *syn_find_renumbered(struct syns *all, const struct addr *to)
{
	struct list *n, *t;

	for (unsigned i = 0; all->renumbers && i < SYN_BUCKETS; i++)
		list_each (n, t, &all->bucket[i]) {
			struct syn *s = list_entry(n, struct syn, node);

			if (s->state == RELEASED && addr_same(&s->syn.to, to))
				return s;
		}
	return NULL;
}

/* The kernel repeats a SYN that waits; the first one is enough. */
static void syn_repeat(struct syn *s, const struct queue_packet *q)
{
	struct syn again = *s;

	again.id = q->id;
	syn_release(&again,
		    s->state == RELEASED ? INNER_CONNECTED : INNER_DROPPED);
}

static void syn_begin(struct syn *s)
{
	if (addr_is_loopback(&s->syn.to))
		syn_dial(s);
	else
		syn_ask(s);
}

static enum syn_way syn_way(const struct syns *all,
			    const struct queue_packet *q)
{
	if (!q->is_syn)
		return SYN_LET_GO;
	if (all->way && all->way(all, &q->syn.to))
		return all->way(all, &q->syn.to);
	return all->agent->conf->accept == ACCEPT_EARLY && !all->direct &&
			       !addr_is_loopback(&q->syn.to) ?
		       SYN_LET_GO :
		       SYN_WAITS;
}

static void syn_hold(struct syns *all, const struct queue_packet *q)
{
	enum syn_way way = syn_way(all, q);
	struct syn *s = NULL;

	if (way == SYN_WAITS || way == SYN_ASKS)
		s = syn_new(all, &q->syn);
	if (s) {
		s->id = q->id;
		s->may_pass = way == SYN_ASKS;
		syn_begin(s);
	} else if (all->release(all, q->id,
				way == SYN_PASSES || way == SYN_ASKS ?
					INNER_PASSED :
					INNER_CONNECTED)) {
		log_msg(LOG_DEBUG, "run", "%s", strerror(errno));
	}
}

void syns_take(struct syns *all, const struct queue_packet *q)
{
	struct syn *before = q->is_syn ?
				     syn_find(all, &q->syn.from, &q->syn.to) :
				     NULL;

	if (before && before->syn.seq == q->syn.seq) {
		syn_repeat(before, q);
		return;
	}
	/* The same port again: the program has given up the first one. */
	if (before) {
		if (before->state == WAITING)
			syn_release(before, INNER_DROPPED);
		syn_give_up(before);
	}
	syn_hold(all, q);
}

/* ---- what was accepted --------------------------------------------------- */

/* Takes fd, and frees the syn. */
static void syn_accept(struct syn *s, int fd)
{
	struct syns *all = s->all;
	struct flow *f = s->flow;
	int dialled = s->dialled;

	if (s->state == WAITING)
		syn_release(s, INNER_DROPPED); /* a repeat was faster */
	s->dialled = -1;
	syn_free(s);
	if (f)
		relay_join(&f->relay, all->agent->loop, fd, f->relay.chan);
	else if (dialled >= 0)
		bridge_join(all->bridges, all->agent->loop, fd, dialled);
	else
		tcp_reset(fd);
}

void syns_ask_late(struct syns *all, int fd, const struct addr *from,
		   const struct addr *to)
{
	const struct packet_syn syn = { .from = *from, .to = *to };
	struct syn *s = syn_new(all, &syn);

	if (!s) {
		tcp_reset(fd);
		return;
	}
	s->fd = fd;
	syn_begin(s);
}

/* False: it cannot be; fd is still the caller's. */
static bool syn_early_flow(struct syns *all, int fd, const struct addr *from,
			   const struct addr *to)
{
	struct flow *f = syn_flow(all, from, to, all->direct);

	if (f)
		relay_join(&f->relay, all->agent->loop, fd, f->relay.chan);
	return f;
}

static bool syn_early_dial(struct syns *all, int fd, const struct addr *to)
{
	int dialled = syn_connect(all, to);

	if (dialled >= 0)
		bridge_join(all->bridges, all->agent->loop, fd, dialled);
	return dialled >= 0;
}

/* The kernel did not hold it: this agent did not read the queue yet, or too
 * many waited. */
static void syn_early(struct syns *all, int fd, const struct addr *from,
		      const struct addr *to)
{
	all->early++;
	if (all->direct)
		syns_ask_late(all, fd, from, to);
	else if (!(addr_is_loopback(to) ? syn_early_dial(all, fd, to) :
					  syn_early_flow(all, fd, from, to)))
		tcp_reset(fd);
}

void syns_accept(struct syns *all, int fd, const struct addr *from,
		 const struct addr *to)
{
	struct syn *waits = syn_find(all, from, to);

	if (!waits)
		waits = syn_find_renumbered(all, to);
	all->connections++;
	if (waits)
		syn_accept(waits, fd);
	else
		syn_early(all, fd, from, to);
}

/* ---- all of a queue ------------------------------------------------------ */

void syns_init(struct syns *all)
{
	for (unsigned i = 0; i < SYN_BUCKETS; i++)
		list_init(&all->bucket[i]);
	all->n = all->connections = all->early = 0;
}

void syns_free_all(struct syns *all)
{
	for (unsigned i = 0; i < SYN_BUCKETS; i++)
		while (!list_is_empty(&all->bucket[i]))
			syn_give_up(
				list_first(&all->bucket[i], struct syn, node));
}
