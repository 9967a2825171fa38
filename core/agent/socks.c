/* SPDX-License-Identifier: BSD-2-Clause */
/* socks.c - the SOCKS5 listener: CONNECT, names resolved at the gateway. */
#include "agent/inside.h"
#include "agent/socks_parse.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOCKS_PORT = 1080 };

static const double TIMEOUT_S = 30.;

/* A client that has not got its answer. */
struct socks {
	struct list node; /* agent.talks */
	struct flow_user user;
	struct agent *agent;
	struct flow *flow; /* the channel asked for, or NULL */
	int fd;
	ev_io rd;
	ev_timer late;
	struct addr peer;
	bool greeted;
	size_t have;
	uint8_t in[SOCKS_MAX];
};

static void talk_free(struct socks *k)
{
	ev_io_stop(k->agent->loop->ev, &k->rd);
	ev_timer_stop(k->agent->loop->ev, &k->late);
	list_remove(&k->node);
	if (k->flow)
		k->flow->user = NULL;
	if (k->fd >= 0)
		close(k->fd);
	free(k);
}

/* The first few bytes of a connection always fit into the socket's buffer. */
static void socks_say(struct socks *k, const uint8_t *p, size_t n)
{
	if (send(k->fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_msg(LOG_DEBUG, "socks", "%s", strerror(errno));
}

static void socks_reply_with(struct socks *k, enum socks_reply code)
{
	const uint8_t p[10] = { 5, (uint8_t)code, 0, 1 };

	socks_say(k, p, sizeof p);
}

static struct socks *socks_of(struct flow_user *user)
{
	return container_of(user, struct socks, user);
}

static void socks_on_opened(struct flow *f)
{
	struct socks *k = socks_of(f->user);
	int fd = k->fd;

	socks_reply_with(k, SOCKS_OK);
	k->fd = -1;
	talk_free(k);
	relay_join(&f->relay, f->agent->loop, fd, f->relay.chan);
}

static void socks_on_closed(struct flow *f, struct flow_user *user,
			    unsigned reason, const char *text)
{
	struct socks *k = socks_of(user);
	enum socks_reply code = socks_reason(reason);

	(void)f;
	(void)text;
	socks_reply_with(k, code ? code : SOCKS_FAILED);
	talk_free(k);
}

static const struct flow_user_ops socks_ops = {
	.opened = socks_on_opened,
	.closed = socks_on_closed,
};

static void socks_ask_gateway(struct socks *k, const struct dest *to)
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
		socks_reply_with(k, SOCKS_FAILED);
		talk_free(k);
		return;
	}
	f->user = &k->user;
	k->flow = f;
	ev_timer_stop(k->agent->loop->ev, &k->late);
}

static void on_greeting(struct socks *k, enum socks_reply code)
{
	const uint8_t p[2] = { 5, (uint8_t)code };

	socks_say(k, p, sizeof p);
	k->have = 0;
	k->greeted = true;
	if (code != SOCKS_OK)
		talk_free(k);
}

static void on_request(struct socks *k, const struct dest *to,
		       enum socks_reply code)
{
	if (code == SOCKS_OK) {
		socks_ask_gateway(k, to);
		return;
	}
	socks_reply_with(k, code);
	talk_free(k);
}

/* Handles what the client has said so far.  Returns how many bytes may be
 * read next, 0 when the message was answered, or ERR_PROTO. */
static int socks_digest(struct socks *k)
{
	enum socks_reply code = SOCKS_FAILED;
	struct dest to = { 0 };
	int want;

	if (!k->greeted) {
		want = socks_greeting(k->in, k->have, &code);
		if (!want)
			on_greeting(k, code);
		return want;
	}
	want = socks_request(k->in, k->have, &to, &code);
	if (!want)
		on_request(k, &to, code);
	return want;
}

/* The client's socket is readable while the gateway is asked: the client is
 * gone, or has sent data early, which stays in the socket. */
static void on_waiting(struct socks *k)
{
	char c;

	ev_io_stop(k->agent->loop->ev, &k->rd);
	if (recv(k->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
		chan_reset(k->flow->relay.chan, REASON_PEER_RESET, NULL);
}

static int wanted(const struct socks *k)
{
	enum socks_reply code;
	struct dest to;

	return k->greeted ? socks_request(k->in, k->have, &to, &code) :
			    socks_greeting(k->in, k->have, &code);
}

static void socks_on_rd(struct ev_loop *ev, ev_io *w, int events)
{
	struct socks *k = w->data;
	ssize_t n;
	int want;

	(void)ev;
	(void)events;
	if (k->flow) {
		on_waiting(k);
		return;
	}
	want = wanted(k);
	n = recv(k->fd, k->in + k->have, (size_t)want, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	k->have += n > 0 ? (size_t)n : 0;
	if (n <= 0 || socks_digest(k) == ERR_PROTO) {
		if (n > 0)
			log_msg(LOG_INFO, "socks",
				"a client does not speak SOCKS5");
		talk_free(k);
	}
}

static void socks_on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	talk_free(w->data);
}

static void socks_on_accepted(struct listener *p, int fd,
			      const struct addr *peer)
{
	struct socks *k = calloc(1, sizeof *k);
	struct ev_loop *ev = p->agent->loop->ev;

	if (!k) {
		tcp_reset(fd);
		return;
	}
	k->user.ops = &socks_ops;
	k->agent = p->agent;
	k->fd = fd;
	k->peer = *peer;
	tcp_quick(fd);
	list_init(&k->node);
	list_append(&p->agent->talks, &k->node);
	ev_io_init(&k->rd, socks_on_rd, fd, EV_READ);
	ev_timer_init(&k->late, socks_on_late, TIMEOUT_S, 0.);
	k->rd.data = k->late.data = k;
	ev_io_start(ev, &k->rd);
	ev_timer_start(ev, &k->late);
}

/* Whether there is a resource whose hosts are reached by their own names. */
static bool is_of_use(struct agent *a)
{
	struct list *n, *t;

	list_each (n, t, &a->resources) {
		const struct resource *r = list_entry(n, struct resource, node);

		if (r->entry.service == SERVICE_WEBLINK ||
		    r->entry.flags & RESOURCE_ANY)
			return true;
	}
	return false;
}

/* Listens at an address of its own, as a resource does. */
static struct listener *listen_somewhere(struct agent *a, struct addr *at)
{
	static const char name[] = "SOCKS5 listener";
	struct addr host;
	struct listener *p;

	if (addresses_get(&a->addresses, name, at)) {
		errno = EADDRNOTAVAIL;
		return NULL;
	}
	host = *at;
	at->port = SOCKS_PORT;
	p = listener_new(&a->listeners, at, socks_on_accepted);
	if (!p && errno == EADDRINUSE) {
		at->port = 0;
		p = listener_new(&a->listeners, at, socks_on_accepted);
	}
	if (p)
		addresses_keep(&a->addresses, name, &host);
	return p;
}

void socks_listen(struct agent *a)
{
	struct addr at = a->conf->socks;
	char text[ADDR_TEXT];

	if (a->socks || a->conf->socks_off || (!at.family && !is_of_use(a)))
		return;
	a->socks = at.family ?
			   listener_new(&a->listeners, &at, socks_on_accepted) :
			   listen_somewhere(a, &at);
	if (a->socks)
		a->socks->agent = a;
	else
		log_msg(LOG_ERROR, "socks", "cannot listen at %s: %s",
			addr_str(&at, text), strerror(errno));
}

void socks_drop_all(struct agent *a)
{
	while (!list_is_empty(&a->talks))
		talk_free(list_first(&a->talks, struct socks, node));
}
