/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_reverse.c - the server connects: we listen on our address towards it,
 * and ask the agent for the other half. */
#include "gateway/expected.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/dial.h"
#include "gateway/limits.h"
#include "net/sock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 8 };

/* The agent's half.  NULL: it cannot be asked. */
static struct chan *ask_agent(struct gchan *gc, const struct point *p,
			      const struct adit_addr *to)
{
	struct open o = {
		.resource = p->client_id,
		.expectation = p->id,
	};

	if (inspect_addr_to(&o.shown, &p->from))
		o.shown = (struct addr){ 0 };
	o.shown.port = 0;
	snprintf(o.dest.host, sizeof o.dest.host, "%s", to->host);
	o.dest.port = to->port;
	return chan_open(gc->gs->session, gc->calls->plain, &gc->relay,
			 p->service, &o);
}

static struct gchan *make(struct point *p, const struct expectation *e,
			  const struct addr *peer)
{
	struct gchan *gc = gchan_new(p->gs, peer);

	if (!gc)
		return NULL;
	gc->resource = gw_conf_resource(p->gs->shard->snap->conf, p->resource);
	gc->reverse = gc->due = true;
	gc->parent = e->parent;
	gc->expectation = e->id;
	if (p->parent)
		gchan_link(gc, p->parent->inspection);
	if (inspect_addr_to(&gc->dest, &e->target[0]))
		gc->dest = (struct addr){ 0 };
	gc->relay.chan = ask_agent(gc, p, &e->target[0]);
	if (gc->relay.chan)
		return gc;
	gchan_link(gc, NULL);
	free(gc);
	return NULL;
}

/* The server may send at once; what it says goes with OPEN. */
static void begin(struct gchan *gc, int fd, uint32_t flags)
{
	struct open none = { 0 };

	if (flags & ADIT_INSPECT) {
		gc->dial = dial_new(gc, &none);
		if (gc->dial) {
			gc->dial->expected = gc->dial->inspect = true;
			inspection_begin(gc, fd);
			return;
		}
	}
	relay_join(&gc->relay, &gc->gs->shard->loop, fd, gc->relay.chan);
}

/* Anybody may knock: said once for each announcement. */
static void send_away(struct point *p, const struct addr *peer)
{
	struct inspection *ins = p->parent ? p->parent->inspection : NULL;
	char who[WHO_TEXT], text[ADDR_TEXT];

	if (ins) {
		outcome_of(ins, p->id)->strange = true;
		outcome_changed(ins);
	}
	if (p->told)
		return;
	p->told = true;
	log_msg(LOG_WARN, p->parent ? gchan_who(p->parent, who) : NULL,
		"refused: a connection from %s, announced to %s; to let it in, "
		"name its host in redirect_allow",
		addr_str(peer, text), p->server.host);
}

/* The point is gone then. */
static void withdraw(struct point *p, int fd, const struct addr *peer)
{
	char text[ADDR_TEXT];

	log_msg(LOG_WARN, NULL,
		"refused: a connection from %s, announced to %s: "
		"its resource %s is no longer allowed for user %s",
		addr_str(peer, text), p->server.host, p->resource, p->gs->user);
	tcp_reset(fd);
	expect_cancel(&p->gs->expects, p->id);
}

static void arrived(struct point *p, int fd, const struct addr *peer)
{
	struct gsession *gs = p->gs;
	struct expectation *e = expect_get(&gs->expects, p->id);
	uint32_t flags = e->flags;
	struct gchan *gc = NULL;

	if (!expected_is_granted(p)) {
		withdraw(p, fd, peer);
		return;
	}
	if (expected_admits(p->parent, peer, &p->server))
		gc = make(p, e, peer);
	else
		send_away(p, peer);
	if (!gc) {
		tcp_reset(fd);
		return;
	}
	/* The last use ends the point: do not touch it afterwards. */
	if (expect_take(&gs->expects, p->id)) {
		tcp_reset(fd);
		chan_reset(gc->relay.chan, REASON_DENIED, NULL);
		return;
	}
	begin(gc, fd, flags);
}

static bool accept_one(struct point *p)
{
	struct addr peer;
	int fd = tcp_accept(p->fd, &peer);

	if (fd < 0)
		return false;
	session_set_now(p->gs->session, shard_now(p->gs->shard));
	arrived(p, fd, &peer);
	return true;
}

static void on_server(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	(void)events;
	(void)accept_one(w->data);
}

void reverse_look(struct gsession *gs, uint32_t id)
{
	const struct expectation *e = expect_get(&gs->expects, id);

	while (e && e->flags & ADIT_REVERSE && e->armed &&
	       ((struct point *)e->owner)->fd >= 0 && accept_one(e->owner))
		e = expect_get(&gs->expects, id);
}

void reverse_arrived(struct point *p)
{
	ev_io_init(&p->io, on_server, p->fd, EV_READ);
	p->io.data = p;
}

bool reverse_is_own(const struct inspection *ins, const struct expectation *e)
{
	struct adit_addr app = inspect_addr(&ins->gc->source);

	return adit_addr_same_host(&app, &e->target[0]);
}

int reverse_open(struct inspection *ins, struct expectation *e,
		 struct adit_addr *show)
{
	struct point *p = e->owner;
	struct addr at = addr_local(ins->gc->relay.sock.fd);

	if (limits_more(p->gs->session, false))
		return ERR_LIMIT;
	at.port = 0;
	p->fd = tcp_listen(&at, BACKLOG, false);
	if (p->fd < 0) {
		limits_give(p->gs);
		return ERR_SYS;
	}
	at = addr_local(p->fd);
	*show = inspect_addr(&at);
	expect_answered(e, show);
	reverse_arrived(p);
	/* A connection that comes early waits in the kernel. */
	if (e->armed)
		reverse_arm(p);
	return 0;
}

void reverse_arm(struct point *p)
{
	ev_io_start(p->gs->shard->loop.ev, &p->io);
}

void reverse_close(struct point *p)
{
	if (p->fd < 0)
		return;
	ev_io_stop(p->gs->shard->loop.ev, &p->io);
	close(p->fd);
	p->fd = -1;
	limits_give(p->gs);
}
