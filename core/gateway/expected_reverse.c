/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_reverse.c - the server connects: the gateway listens on its address
 * towards the server, and opens a channel to the agent for what comes. */
#include "gateway/expected.h"

#include "base/err.h"
#include "base/log.h"
#include "expect/expect_policy.h"
#include "gateway/limits.h"
#include "net/sock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BACKLOG = 8 };

struct expect_socket {
	struct expectation *e;
	int fd;
	ev_io io;
	bool told; /* of somebody who was sent away */
};

static struct gsession *session_of(const struct expectation *e)
{
	return container_of(e->table, struct gsession, expects);
}

/* ---- a channel to the agent -------------------------------------------- */

/* NULL: the agent cannot be asked. */
static struct chan *reverse_open(struct gchan *gc, const struct expectation *e,
				 uint16_t port)
{
	const struct adit_addr *to = &e->target[0];
	struct open o = {
		.resource = e->client_id,
		.expectation = e->id,
	};

	if (inspect_addr_to(&o.shown, &e->from))
		o.shown = (struct addr){ 0 };
	o.shown.port = port;
	snprintf(o.dest.host, sizeof o.dest.host, "%s", to->host);
	o.dest.port = to->port;
	return chan_open(gc->gs->session, gc->calls->plain, &gc->relay,
			 e->service, &o);
}

static struct gchan *reverse_channel(struct expectation *e,
				     const struct addr *peer)
{
	struct gsession *gs = session_of(e);
	struct gchan *gc = gchan_new(gs, peer);

	if (!gc)
		return NULL;
	gc->resource = gw_conf_resource(gs->shard->config->conf, e->resource);
	gc->reverse = gc->due = true;
	expected_lead(e, gc);
	if (inspect_addr_to(&gc->dest, &e->target[0]))
		gc->dest = (struct addr){ 0 };
	gc->relay.chan = reverse_open(gc, e, peer->port);
	if (gc->relay.chan)
		return gc;
	gchan_link(gc, NULL);
	free(gc);
	return NULL;
}

/* What a plugin that reads the connection is told, before the last use ends the
 * expectation. */
static void reverse_prepare(struct gchan *gc, const struct expectation *e)
{
	struct open none = { 0 };
	struct dial *d;

	if (!(e->flags & ADIT_INSPECT) || !(d = dial_new(gc, &none)))
		return;
	gc->dial = d;
	d->expected = d->inspect = true;
	d->tag = e->tag;
	if (buf_append(&d->given, buf_ptr(&e->given), buf_len(&e->given)))
		dial_drop(gc);
}

/* The server may send at once; what it says goes with OPEN. */
static void reverse_begin(struct gchan *gc, int fd)
{
	if (gc->dial)
		inspection_begin(gc, fd);
	else
		relay_join(&gc->relay, &gc->gs->shard->loop, fd,
			   gc->relay.chan);
}

/* ---- somebody has connected -------------------------------------------- */

static bool reverse_admits(const struct expectation *e, const struct addr *peer)
{
	const struct gchan *parent = expected_channel(e);
	struct expect_policy p = {
		.resource = parent ? parent->resource : NULL,
		.locals = &session_of(e)->shard->locals->list,
		.server = &e->server,
	};

	return expect_policy_lets_in(&p, peer);
}

/* Anybody may knock: said once for each announcement. */
static void reverse_send_away(struct expectation *e, const struct addr *peer)
{
	struct gchan *parent = expected_channel(e);
	struct inspection *ins = parent ? parent->inspection : NULL;
	char who[WHO_TEXT], text[ADDR_TEXT];

	if (ins) {
		expect_outcome_of(&ins->outcomes, e->id)->strange = true;
		outcome_changed(ins);
	}
	if (e->socket->told)
		return;
	e->socket->told = true;
	log_msg(LOG_WARN, parent ? gchan_who(parent, who) : NULL,
		"refused: a connection from %s, announced to %s; to let it in, "
		"name its host in redirect_allow",
		addr_str(peer, text), e->server.host);
}

/* The expectation has ended then. */
static void reverse_withdraw(struct expectation *e, int fd,
			     const struct addr *peer)
{
	char text[ADDR_TEXT];

	log_msg(LOG_WARN, NULL,
		"refused: a connection from %s, announced to %s: "
		"its resource %s is no longer allowed for user %s",
		addr_str(peer, text), e->server.host, e->resource,
		session_of(e)->user);
	tcp_reset(fd);
	expect_cancel(e->table, e->id);
}

static void reverse_connected(struct expectation *e, int fd,
			      const struct addr *peer)
{
	struct gchan *gc = NULL;

	if (!expected_is_granted(e)) {
		reverse_withdraw(e, fd, peer);
		return;
	}
	if (reverse_admits(e, peer))
		gc = reverse_channel(e, peer);
	else
		reverse_send_away(e, peer);
	if (!gc) {
		tcp_reset(fd);
		return;
	}
	reverse_prepare(gc, e);
	/* The last use ends the expectation: do not touch it afterwards. */
	if (expect_take(e->table, e->id)) {
		tcp_reset(fd);
		chan_reset(gc->relay.chan, REASON_DENIED, NULL);
		return;
	}
	reverse_begin(gc, fd);
}

static bool reverse_accept(struct expectation *e)
{
	struct gsession *gs = session_of(e);
	struct addr peer;
	int fd = tcp_accept(e->socket->fd, &peer);

	if (fd < 0)
		return false;
	session_set_now(gs->session, shard_now(gs->shard));
	reverse_connected(e, fd, &peer);
	return true;
}

static void reverse_on_server(struct ev_loop *ev, ev_io *w, int events)
{
	struct expect_socket *s = w->data;

	(void)ev;
	(void)events;
	(void)reverse_accept(s->e);
}

void expected_look(struct gsession *gs, uint32_t id)
{
	struct expectation *e = expect_get(&gs->expects, id);

	while (e && e->socket && e->armed && reverse_accept(e))
		e = expect_get(&gs->expects, id);
}

/* ---- the listening socket ---------------------------------------------- */

/* Takes fd in any case. */
static int reverse_socket_new(struct expectation *e, int fd)
{
	struct expect_socket *s = calloc(1, sizeof *s);

	if (!s) {
		close(fd);
		return ERR_NOMEM;
	}
	s->e = e;
	s->fd = fd;
	ev_io_init(&s->io, reverse_on_server, fd, EV_READ);
	s->io.data = s;
	e->socket = s;
	return 0;
}

static int listen_towards_server(struct expectation *e, struct adit_addr *show)
{
	struct addr at = addr_local(expected_channel(e)->relay.sock.fd);
	int fd;

	at.port = 0;
	fd = tcp_listen(&at, BACKLOG, false);
	if (fd < 0)
		return ERR_SYS;
	at = addr_local(fd);
	*show = inspect_addr(&at);
	return reverse_socket_new(e, fd);
}

int expected_listen(struct expectation *e, struct adit_addr *show)
{
	struct gsession *gs = session_of(e);
	int ret;

	if (limits_more(gs->session, false))
		return ERR_LIMIT;
	ret = listen_towards_server(e, show);
	if (ret)
		limits_give(gs);
	return ret;
}

int expected_adopt(struct expectation *e, int fd)
{
	struct gsession *gs = session_of(e);
	int ret;

	if (!tcp_is(fd, true)) {
		close(fd);
		return ERR_INVAL;
	}
	ret = reverse_socket_new(e, fd);
	if (!ret)
		(void)limits_more(gs->session, true);
	return ret;
}

int expected_socket_fd(const struct expect_socket *s)
{
	return s->fd;
}

void expected_accept(struct expect_socket *s)
{
	ev_io_start(session_of(s->e)->shard->loop.ev, &s->io);
}

void expected_close(struct expect_socket *s)
{
	struct gsession *gs = session_of(s->e);

	ev_io_stop(gs->shard->loop.ev, &s->io);
	close(s->fd);
	free(s);
	limits_give(gs);
}
