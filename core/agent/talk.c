/* SPDX-License-Identifier: BSD-2-Clause */
/* talk.c - a client of the agent's proxy port that has no connection yet. */
#include "agent/talk.h"

#include "agent/http_connect.h"
#include "proxy/http_parse.h"
#include "agent/inside.h"
#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A client may take so long for its request, and so long for reading why it
 * was refused. */
static const double TIMEOUT_S = 30., LAST_S = 5.;

void talk_free(struct talk *k)
{
	struct ev_loop *ev = k->agent->loop->ev;

	ev_io_stop(ev, &k->rd);
	ev_io_stop(ev, &k->wr);
	ev_timer_stop(ev, &k->late);
	list_remove(&k->node);
	if (k->flow)
		k->flow->user = NULL;
	if (k->fd >= 0)
		tcp_close(k->fd);
	http_talk_free(k->http);
	buf_fini(&k->last);
	free(k);
}

void talk_say(struct talk *k, const void *p, size_t n)
{
	if (send(k->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_msg(LOG_DEBUG, "proxy", "%s", strerror(errno));
}

/* ---- the last words ------------------------------------------------------ */

/* What the client still sends is read and dropped: the kernel would answer it
 * with RST, and the client might lose what it has not read yet. */
static void talk_drain(struct talk *k)
{
	char dropped[4096];
	ssize_t n = recv(k->fd, dropped, sizeof dropped, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		talk_free(k);
}

/* There is no channel any more that could be opened or closed. */
static const struct talk_ops last_ops = { .readable = talk_drain };

static void talk_on_wr(struct ev_loop *ev, ev_io *w, int events)
{
	struct talk *k = w->data;
	ssize_t n = send(k->fd, buf_ptr(&k->last), buf_len(&k->last),
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)events;
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		talk_free(k);
		return;
	}
	if (n > 0)
		buf_take(&k->last, (size_t)n);
	if (buf_len(&k->last))
		return;
	ev_io_stop(ev, w);
	shutdown(k->fd, SHUT_WR);
}

void talk_say_last(struct talk *k, struct buf *reply)
{
	struct ev_loop *ev = k->agent->loop->ev;

	k->last = *reply;
	*reply = (struct buf){ 0 };
	k->ops = &last_ops;
	ev_io_start(ev, &k->rd);
	ev_io_start(ev, &k->wr);
	ev_timer_stop(ev, &k->late);
	ev_timer_set(&k->late, LAST_S, 0.);
	ev_timer_start(ev, &k->late);
}

/* ---- the gateway --------------------------------------------------------- */

static struct talk *talk_of(struct flow_user *user)
{
	return container_of(user, struct talk, user);
}

static void talk_on_opened(struct flow *f)
{
	struct talk *k = talk_of(f->user);
	int fd = k->fd;

	k->ops->opened(k, f);
	k->fd = -1;
	talk_free(k);
	f->relay.sock.has_options = true;
	relay_join(&f->relay, f->agent->loop, fd, f->relay.chan);
	if (f->pass)
		chan_readable(f->relay.chan);
}

static void talk_on_closed(struct flow *f, struct flow_user *user,
			   unsigned reason, const char *text)
{
	struct talk *k = talk_of(user);

	(void)f;
	k->flow = NULL;
	k->ops->closed(k, reason, text);
}

static const struct flow_user_ops talk_user_ops = {
	.opened = talk_on_opened,
	.closed = talk_on_closed,
};

void talk_ask_gateway(struct talk *k, const struct dest *to)
{
	struct flow *f = flow_new(k->agent);
	struct open o = { .dest = *to, .real = true };

	if (f) {
		f->app = k->peer;
		f->shown = addr_local(k->fd);
		/* The gateway finds out which resource it is; any may be one
		 * whose servers connect back. */
		if (resources_some_reverse(k->agent))
			flow_remember(f);
	}
	if (!f || flow_open(f, SERVICE_FORWARD, &o)) {
		k->ops->closed(k,
			       uplink_may_open(&k->agent->uplink) ?
				       REASON_LIMIT :
				       REASON_LOST,
			       NULL);
		return;
	}
	f->user = &k->user;
	k->flow = f;
	ev_timer_stop(k->agent->loop->ev, &k->late);
}

/* ---- the client ---------------------------------------------------------- */

/* The client's socket is readable while the gateway is asked: the client is
 * gone, or has sent data early, which stays in the socket. */
static void talk_on_waiting(struct talk *k)
{
	char c;

	ev_io_stop(k->agent->loop->ev, &k->rd);
	if (recv(k->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
		chan_reset(k->flow->relay.chan, REASON_PEER_RESET, NULL);
}

/* Looks at the first byte, which stays in the socket.  0: talk.ops is the
 * protocol that it begins; ERR_AGAIN: there is none; another error: it begins
 * no protocol, or the client has left. */
static int talk_choose(struct talk *k)
{
	uint8_t c;
	ssize_t n = recv(k->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return ERR_AGAIN;
	if (n <= 0)
		return ERR_CLOSED;
	k->ops = socks_begins(c) ? &socks_ops :
		 http_begins(c)  ? &http_ops :
				   NULL;
	if (k->ops)
		return 0;
	log_msg(LOG_INFO, "proxy", "a client speaks neither SOCKS5 nor HTTP");
	return ERR_PROTO;
}

static void talk_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct talk *k = w->data;
	int ret = k->ops ? 0 : talk_choose(k);

	(void)ev;
	(void)events;
	if (ret == ERR_AGAIN)
		return;
	if (ret)
		talk_free(k);
	else if (k->flow)
		talk_on_waiting(k);
	else
		k->ops->readable(k);
}

static void talk_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	talk_free(w->data);
}

void talk_on_accepted(struct listener *p, int fd, const struct addr *peer)
{
	struct talk *k = calloc(1, sizeof *k);
	struct ev_loop *ev = p->agent->loop->ev;

	if (!k) {
		tcp_reset(fd);
		return;
	}
	k->user.ops = &talk_user_ops;
	k->agent = p->agent;
	k->fd = fd;
	k->peer = *peer;
	list_init(&k->node);
	list_append(&p->agent->talks, &k->node);
	ev_io_init(&k->rd, talk_on_rd, fd, EV_READ);
	ev_io_init(&k->wr, talk_on_wr, fd, EV_WRITE);
	ev_timer_init(&k->late, talk_on_late, TIMEOUT_S, 0.);
	k->rd.data = k->wr.data = k->late.data = k;
	ev_io_start(ev, &k->rd);
	ev_timer_start(ev, &k->late);
}
