/* SPDX-License-Identifier: BSD-2-Clause */
/* dial.c - a TCP connection to the first address of a host that answers, or
 * through an HTTP proxy.
 *
 * Names are resolved in a thread of their own, for getaddrinfo waits.  Thread and
 * loop share a struct dial_lookup; who comes last frees it. */
#include "agent/dial.h"

#include "base/err.h"
#include "net/sock.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double CONNECT_S = 5.0, STUCK_S = 1.0,
	PROXY_S = 15.0;         /* it resolves and connects in that time */

struct dial_lookup {
	pthread_mutex_t lock;
	bool finished, abandoned;
	struct ev_loop *ev;
	ev_async wake;
	struct dial *dial;
	char host[256];
	uint16_t port;
	int error;                      /* of getaddrinfo */
	struct addr addrs[DIAL_ADDRS];
	unsigned n;
};

static void try_next(struct dial *d);

static void lookup_free(struct dial_lookup *l)
{
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static void *resolve(void *arg)
{
	struct dial_lookup *l = arg;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *i;
	struct sockaddr_storage ss;
	bool abandoned;

	l->error = getaddrinfo(l->host, NULL, &hints, &list);
	for (i = l->error ? NULL : list; i && l->n < DIAL_ADDRS;
	     i = i->ai_next) {
		memset(&ss, 0, sizeof ss);
		memcpy(&ss, i->ai_addr, MIN(i->ai_addrlen, sizeof ss));
		l->addrs[l->n] = addr_from_sa(&ss);
		l->addrs[l->n++].port = l->port;
	}
	if (!l->error)
		freeaddrinfo(list);
	pthread_mutex_lock(&l->lock);
	l->finished = true;
	abandoned = l->abandoned;
	if (!abandoned)
		ev_async_send(l->ev, &l->wake);
	pthread_mutex_unlock(&l->lock);
	if (abandoned)
		lookup_free(l);
	return NULL;
}

static void good_first(struct dial *d)
{
	for (unsigned i = 1; i < d->n; i++) {
		if (!addr_same(&d->addrs[i], &d->good))
			continue;
		memmove(&d->addrs[1], &d->addrs[0], i * sizeof d->good);
		d->addrs[0] = d->good;
		break;
	}
}

static void on_resolved(struct ev_loop *ev, ev_async *w, int events)
{
	struct dial_lookup *l = w->data;
	struct dial *d = l->dial;

	(void)events;
	pthread_mutex_lock(&l->lock);   /* until the thread has let go of it */
	pthread_mutex_unlock(&l->lock);
	ev_async_stop(ev, w);
	memcpy(d->addrs, l->addrs, sizeof d->addrs);
	d->n = l->n;
	good_first(d);
	if (!l->n)
		snprintf(d->why, sizeof d->why, "%s%s: %s",
			 d->via ? "the proxy " : "", l->host, gai_strerror(
			 l->error ? l->error : EAI_NONAME));
	d->lookup = NULL;
	lookup_free(l);
	try_next(d);
}

static void stop(struct dial *d)
{
	ev_io_stop(d->loop->ev, &d->connected);
	ev_timer_stop(d->loop->ev, &d->late);
}

static void hang_up(struct dial *d)
{
	stop(d);
	if (d->talk)
		explicit_bzero(d->talk, sizeof *d->talk);
	free(d->talk);
	d->talk = NULL;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

static void give_up(struct dial *d)
{
	hang_up(d);
	d->done(d, -1, d->why);
}

static void failed_as(struct dial *d, const char *why)
{
	char at[ADDR_TEXT];

	snprintf(d->why, sizeof d->why, "%s%s: %s", d->via ? "the proxy " : "",
		 addr_str(&d->addrs[d->next - 1], at), why);
	hang_up(d);
	try_next(d);
}

static void failed(struct dial *d, int error)
{
	failed_as(d, strerror(error));
}

static void succeed(struct dial *d)
{
	int fd = d->fd;

	d->fd = -1;
	hang_up(d);
	d->done(d, fd, NULL);
}

static void arm(struct dial *d, double after)
{
	ev_timer_set(&d->late, after, 0.);
	ev_timer_start(d->loop->ev, &d->late);
}

static void watch(struct dial *d, int events)
{
	ev_io_stop(d->loop->ev, &d->connected);
	ev_io_set(&d->connected, d->fd, events);
	ev_io_start(d->loop->ev, &d->connected);
}

/* ---- the proxy --------------------------------------------------------------------- */

static void begin_talk(struct dial *d)
{
	d->talk = malloc(sizeof *d->talk);
	if (!d->talk) {
		failed(d, ENOMEM);
		return;
	}
	proxy_talk_init(d->talk, d->via, d->target);
	watch(d, EV_WRITE);
	arm(d, PROXY_S);
}

static void send_request(struct dial *d)
{
	struct proxy_talk *t = d->talk;
	ssize_t n = send(d->fd, t->out + t->sent, t->out_n - t->sent,
			 MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		failed(d, errno);
		return;
	}
	t->sent += n > 0 ? (size_t)n : 0;
	if (t->sent == t->out_n)
		watch(d, EV_READ);
}

/* Only the header is taken from the socket: what is behind it is TLS. */
static void read_answer(struct dial *d)
{
	char part[2048];
	ssize_t n = recv(d->fd, part, sizeof part, MSG_PEEK);
	size_t used = 0;
	int ret;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		failed_as(d, n ? strerror(errno) : "ended without an answer");
		return;
	}
	ret = proxy_talk_input(d->talk, part, (size_t)n, &used);
	if (!ret || ret == ERR_AGAIN)
		n = recv(d->fd, part, used, 0);
	if (!ret) {
		succeed(d);
	} else if (ret != ERR_AGAIN) {
		d->lasts |= d->talk->lasts;
		snprintf(d->why, sizeof d->why, "%s", d->talk->why);
		hang_up(d);
		try_next(d);
	}
}

/* ---- connecting ---------------------------------------------------------------------- */

static void on_connected(struct ev_loop *ev, ev_io *w, int events)
{
	struct dial *d = w->data;
	int error = 0;
	socklen_t len = sizeof error;

	(void)ev;
	if (d->talk) {
		if (events & EV_WRITE)
			send_request(d);
		else
			read_answer(d);
		return;
	}
	stop(d);
	if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (error)
		failed(d, error);
	else if (d->via)
		begin_talk(d);
	else
		succeed(d);
}

/* Too late; or the turn of the loop after dial_begin. */
static void on_late(struct ev_loop *ev, ev_timer *w, int events)
{
	struct dial *d = w->data;

	(void)ev;
	(void)events;
	stop(d);
	if (d->fd >= 0)
		failed(d, ETIMEDOUT);
	else
		try_next(d);
}

static void try_next(struct dial *d)
{
	if (d->next >= d->n) {
		give_up(d);
		return;
	}
	d->fd = tcp_connect(&d->addrs[d->next++], NULL);
	if (d->fd < 0) {
		failed(d, errno);
		return;
	}
	watch(d, EV_WRITE);
	arm(d, CONNECT_S);
}

static void lookup_begin(struct dial *d, const char *host, uint16_t port)
{
	struct dial_lookup *l = calloc(1, sizeof *l);
	pthread_attr_t attr;
	pthread_t thread;
	int ret = l ? 0 : ENOMEM;

	if (l) {
		snprintf(l->host, sizeof l->host, "%s", host);
		l->port = port;
		l->dial = d;
		l->ev = d->loop->ev;
		pthread_mutex_init(&l->lock, NULL);
		ev_async_init(&l->wake, on_resolved);
		l->wake.data = l;
		ev_async_start(l->ev, &l->wake);
		pthread_attr_init(&attr);
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
		ret = pthread_create(&thread, &attr, resolve, l);
		pthread_attr_destroy(&attr);
	}
	if (!ret) {
		d->lookup = l;
		return;
	}
	snprintf(d->why, sizeof d->why, "%s: %s", host, strerror(ret));
	if (l) {
		ev_async_stop(l->ev, &l->wake);
		lookup_free(l);
	}
	arm(d, 0.);
}

void dial_init(struct dial *d, struct loop *loop,
	       void (*done)(struct dial *, int fd, const char *why))
{
	*d = (struct dial){ .loop = loop, .fd = -1, .done = done };
	ev_init(&d->connected, on_connected);
	ev_init(&d->late, on_late);
	d->connected.data = d->late.data = d;
}

static void begin(struct dial *d, const char *host, uint16_t port)
{
	d->n = d->next = 0;
	d->why[0] = 0;
	d->lasts = false;
	if (!addr_parse(&d->addrs[0], host, port)) {
		d->n = 1;
		arm(d, 0.);
		return;
	}
	lookup_begin(d, host, port);
}

void dial_begin(struct dial *d, const char *host, uint16_t port)
{
	d->via = NULL;
	begin(d, host, port);
}

void dial_through(struct dial *d, const struct proxy *via, const char *target)
{
	d->via = via;
	d->target = target;
	begin(d, via->host, via->port);
}

bool dial_again(struct dial *d)
{
	if (dial_is_busy(d) || d->next >= d->n)
		return false;
	arm(d, 0.);
	return true;
}

void dial_settle(struct dial *d)
{
	if (d->next)
		d->good = d->addrs[d->next - 1];
	d->n = d->next = 0;
}

bool dial_is_stuck(struct dial *d)
{
	return d->fd >= 0 && ev_timer_remaining(d->loop->ev, &d->late) <
			     CONNECT_S - STUCK_S;
}

bool dial_is_busy(const struct dial *d)
{
	return d->lookup || d->fd >= 0 || ev_is_active(&d->late);
}

void dial_cancel(struct dial *d)
{
	struct dial_lookup *l = d->lookup;
	bool finished;

	hang_up(d);
	if (!l)
		return;
	d->lookup = NULL;
	ev_async_stop(l->ev, &l->wake);
	pthread_mutex_lock(&l->lock);
	l->abandoned = true;
	finished = l->finished;
	pthread_mutex_unlock(&l->lock);
	if (finished)
		lookup_free(l);
}
