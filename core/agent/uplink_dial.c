/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_dial.c - a TCP connection to the first address of a host that answers,
 * or through an HTTP proxy.
 *
 * Names are resolved in a thread of their own, for getaddrinfo waits.
 * Thread and loop share a struct uplink_dial_lookup; who comes last frees
 * it. */
#include "agent/uplink_dial.h"

#include "base/err.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CONNECT_US = 5000000, /* for the last address of a name */
	STUCK_US = 1000000,
	STUCK_PROXY_US = 10000000, /* a proxy has to connect itself */
};

/* Where the address of a name is known from an earlier connection, the name
 * server gets this much time; then that address is used. */
static const double NAME_S = 2.0;

/* The time in which a proxy must have looked up the name and connected.  It
 * doubles each time that it was too short: a proxy may wait for a silent
 * address for a minute or two before it tries the next one. */
static const double PROXY_S = 15.0, PROXY_MOST_S = 240.0;

struct uplink_dial_lookup {
	pthread_mutex_t lock;
	bool finished, abandoned;
	struct ev_loop *ev;
	ev_async wake;
	struct uplink_dial *dial;
	char host[256];
	uint16_t port;
	int error; /* of getaddrinfo */
	struct addr addrs[RACE_ADDRS];
	unsigned n;
};

static void uplink_dial_next(struct uplink_dial *d);

static void lookup_free(struct uplink_dial_lookup *l)
{
	pthread_mutex_destroy(&l->lock);
	free(l);
}

static void *resolve(void *arg)
{
	struct uplink_dial_lookup *l = arg;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *i;
	struct sockaddr_storage ss;
	bool abandoned;

	l->error = getaddrinfo(l->host, NULL, &hints, &list);
	for (i = l->error ? NULL : list; i && l->n < RACE_ADDRS;
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

/* Adds the addresses in the order in which they are tried: first the one
 * that led to a tunnel before. */
static void take_addresses(struct uplink_dial *d, struct uplink_dial_lookup *l)
{
	race_interleave(l->addrs, l->n);
	for (unsigned i = 0; i < l->n; i++)
		if (addr_same(&l->addrs[i], &d->good))
			race_add(&d->race, &d->good);
	for (unsigned i = 0; i < l->n; i++)
		if (!addr_same(&l->addrs[i], &d->good))
			race_add(&d->race, &l->addrs[i]);
}

/* Whether d->good is an address of this name. */
static bool is_known(const struct uplink_dial *d)
{
	return d->good.family && d->good.port == d->port &&
	       !strcmp(d->good_host, d->host);
}

static void uplink_dial_on_resolved(struct ev_loop *ev, ev_async *w, int events)
{
	struct uplink_dial_lookup *l = w->data;
	struct uplink_dial *d = l->dial;

	(void)events;
	pthread_mutex_lock(&l->lock); /* until the thread has let go of it */
	pthread_mutex_unlock(&l->lock);
	ev_async_stop(ev, w);
	ev_timer_stop(ev, &d->name_timeout);
	take_addresses(d, l);
	if (!l->n && is_known(d))
		race_add(&d->race, &d->good);
	else if (!l->n)
		snprintf(d->why, sizeof d->why, "%s%s: %s",
			 d->via ? "the proxy " : "", l->host,
			 gai_strerror(l->error ? l->error : EAI_NONAME));
	d->lookup = NULL;
	lookup_free(l);
	uplink_dial_next(d);
}

/* The talk with the proxy is over. */
static void hang_up(struct uplink_dial *d)
{
	ev_io_stop(d->loop->ev, &d->talking);
	ev_timer_stop(d->loop->ev, &d->proxy_timeout);
	if (d->talk)
		explicit_bzero(d->talk, sizeof *d->talk);
	free(d->talk);
	d->talk = NULL;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

static void say_why(struct uplink_dial *d, unsigned at, const char *why)
{
	char text[ADDR_TEXT];

	snprintf(d->why, sizeof d->why, "%s%s: %s", d->via ? "the proxy " : "",
		 addr_str(&d->race.addr[at], text), why);
}

static void talk_failed(struct uplink_dial *d, const char *why)
{
	say_why(d, d->at, why);
	hang_up(d);
	uplink_dial_next(d);
}

static void succeed(struct uplink_dial *d)
{
	int fd = d->fd;

	d->fd = -1;
	hang_up(d);
	d->done(d, fd, NULL);
}

static void uplink_dial_arm(struct uplink_dial *d, ev_timer *w, double after)
{
	ev_timer_set(w, after, 0.);
	ev_timer_start(d->loop->ev, w);
}

static void uplink_dial_watch(struct uplink_dial *d, int events)
{
	ev_io_stop(d->loop->ev, &d->talking);
	ev_io_set(&d->talking, d->fd, events);
	ev_io_start(d->loop->ev, &d->talking);
}

/* ---- the proxy ------------------------------------------------------- */

static void begin_talk(struct uplink_dial *d)
{
	d->talk = malloc(sizeof *d->talk);
	if (!d->talk) {
		talk_failed(d, strerror(ENOMEM));
		return;
	}
	proxy_talk_init(d->talk, d->via, d->target);
	uplink_dial_watch(d, EV_WRITE);
	d->since_us = loop_now_us(d->loop);
	uplink_dial_arm(d, &d->proxy_timeout,
			d->patient ? PROXY_MOST_S : d->proxy_s);
}

static void on_proxy_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink_dial *d = w->data;

	(void)ev;
	(void)events;
	d->proxy_s = MIN(2 * d->proxy_s, PROXY_MOST_S);
	talk_failed(d, strerror(ETIMEDOUT));
}

static void uplink_dial_send_request(struct uplink_dial *d)
{
	struct proxy_talk *t = d->talk;
	ssize_t n = send(d->fd, t->out + t->sent, t->out_n - t->sent,
			 MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		talk_failed(d, strerror(errno));
		return;
	}
	t->sent += n > 0 ? (size_t)n : 0;
	if (t->sent == t->out_n)
		uplink_dial_watch(d, EV_READ);
}

/* Takes only the proxy's header from the socket: the bytes behind it are the
 * gateway's, and TLS reads them. */
static void read_answer(struct uplink_dial *d)
{
	char part[2048];
	ssize_t n = recv(d->fd, part, sizeof part, MSG_PEEK);
	size_t used = 0;
	int ret;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		talk_failed(d, n ? strerror(errno) : "ended without an answer");
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
		uplink_dial_next(d);
	}
}

static void uplink_dial_on_talking(struct ev_loop *ev, ev_io *w, int events)
{
	(void)ev;
	if (events & EV_WRITE)
		uplink_dial_send_request(w->data);
	else
		read_answer(w->data);
}

/* ---- connecting ------------------------------------------------------ */

static struct uplink_dial *racer(struct race *r)
{
	return container_of(r, struct uplink_dial, race);
}

static void uplink_dial_on_failed(struct race *r, unsigned at, int error)
{
	say_why(racer(r), at, strerror(error));
}

static void uplink_dial_on_done(struct race *r, int fd, unsigned at)
{
	struct uplink_dial *d = racer(r);

	d->at = at;
	if (fd < 0) {
		d->done(d, -1, d->why);
		return;
	}
	d->fd = fd;
	if (d->via)
		begin_talk(d);
	else
		succeed(d);
}

static const struct race_ops race_ops = {
	.failed = uplink_dial_on_failed,
	.done = uplink_dial_on_done,
};

static void uplink_dial_next(struct uplink_dial *d)
{
	d->since_us = loop_now_us(d->loop);
	d->race.last_us = d->patient ? 0 : CONNECT_US;
	race_run(&d->race);
}

/* Gives up a lookup: its thread ends by itself later, and its result is
 * dropped. */
static void lookup_drop(struct uplink_dial *d)
{
	struct uplink_dial_lookup *l = d->lookup;
	bool finished;

	if (!l)
		return;
	d->lookup = NULL;
	ev_timer_stop(l->ev, &d->name_timeout);
	ev_async_stop(l->ev, &l->wake);
	pthread_mutex_lock(&l->lock);
	l->abandoned = true;
	finished = l->finished;
	pthread_mutex_unlock(&l->lock);
	if (finished)
		lookup_free(l);
}

static void on_name_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink_dial *d = w->data;

	(void)ev;
	(void)events;
	lookup_drop(d);
	race_add(&d->race, &d->good);
	uplink_dial_next(d);
}

static void uplink_dial_on_begin(struct task *t)
{
	uplink_dial_next(container_of(t, struct uplink_dial, begin));
}

static void lookup_begin(struct uplink_dial *d, const char *host, uint16_t port)
{
	struct uplink_dial_lookup *l = calloc(1, sizeof *l);
	pthread_attr_t attr;
	pthread_t thread;
	int ret = l ? 0 : ENOMEM;

	if (l) {
		snprintf(l->host, sizeof l->host, "%s", host);
		l->port = port;
		l->dial = d;
		l->ev = d->loop->ev;
		pthread_mutex_init(&l->lock, NULL);
		ev_async_init(&l->wake, uplink_dial_on_resolved);
		l->wake.data = l;
		ev_async_start(l->ev, &l->wake);
		pthread_attr_init(&attr);
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
		ret = pthread_create(&thread, &attr, resolve, l);
		pthread_attr_destroy(&attr);
	}
	if (!ret) {
		d->lookup = l;
		d->since_us = loop_now_us(d->loop);
		if (is_known(d))
			uplink_dial_arm(d, &d->name_timeout, NAME_S);
		return;
	}
	snprintf(d->why, sizeof d->why, "%s: %s", host, strerror(ret));
	if (l) {
		ev_async_stop(l->ev, &l->wake);
		lookup_free(l);
	}
	task_defer(d->loop, &d->begin);
}

void uplink_dial_init(struct uplink_dial *d, struct loop *loop,
		      void (*done)(struct uplink_dial *, int fd,
				   const char *why))
{
	*d = (struct uplink_dial){
		.loop = loop, .fd = -1, .done = done, .proxy_s = PROXY_S
	};
	race_init(&d->race, loop, &race_ops);
	ev_init(&d->talking, uplink_dial_on_talking);
	ev_init(&d->proxy_timeout, on_proxy_timeout);
	ev_init(&d->name_timeout, on_name_timeout);
	d->talking.data = d->proxy_timeout.data = d->name_timeout.data = d;
	task_init(&d->begin, uplink_dial_on_begin);
}

static void uplink_dial_start(struct uplink_dial *d, const char *host,
			      uint16_t port)
{
	struct addr literal;

	race_drop(&d->race);
	d->why[0] = 0;
	d->lasts = false;
	snprintf(d->host, sizeof d->host, "%s", host);
	d->port = port;
	if (addr_parse(&literal, host, port)) {
		lookup_begin(d, host, port);
		return;
	}
	race_add(&d->race, &literal);
	task_defer(d->loop, &d->begin);
}

void uplink_dial_begin(struct uplink_dial *d, const char *host, uint16_t port)
{
	d->via = NULL;
	uplink_dial_start(d, host, port);
}

void uplink_dial_through(struct uplink_dial *d, const struct proxy *via,
			 const char *target)
{
	d->via = via;
	d->target = target;
	uplink_dial_start(d, via->host, via->port);
}

bool uplink_dial_again(struct uplink_dial *d)
{
	if (uplink_dial_is_busy(d) || !d->race.left)
		return false;
	task_defer(d->loop, &d->begin);
	return true;
}

void uplink_dial_settle(struct uplink_dial *d)
{
	if (d->race.n) {
		d->good = d->race.addr[d->at];
		memcpy(d->good_host, d->host, sizeof d->good_host);
	}
	d->proxy_s = PROXY_S;
	race_drop(&d->race);
}

static bool is_connecting(const struct uplink_dial *d)
{
	return d->talk || race_is_running(&d->race);
}

bool uplink_dial_is_stuck(const struct uplink_dial *d)
{
	uint64_t us = d->talk ? STUCK_PROXY_US : STUCK_US;

	return (d->lookup || is_connecting(d)) &&
	       loop_now_us(d->loop) - d->since_us > us;
}

bool uplink_dial_is_busy(const struct uplink_dial *d)
{
	return d->lookup || is_connecting(d) || !list_is_empty(&d->begin.node);
}

void uplink_dial_cancel(struct uplink_dial *d)
{
	task_cancel(&d->begin);
	hang_up(d);
	race_drop(&d->race);
	lookup_drop(d);
}
