/* SPDX-License-Identifier: BSD-2-Clause */
/* race.c - connects by TCP to the first of several addresses that answers. */
#include "net/race.h"

#include "net/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum {
	BESIDE_US = 250000,   /* Connection Attempt Delay of RFC 8305 */
	TIMEOUT_US = 5000000, /* of an attempt whose lane another one needs */
};

void race_interleave(struct addr *a, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		struct addr other;
		unsigned k = i;

		while (k < n && a[k].family == a[i - 1].family)
			k++;
		if (k == n)
			return;
		other = a[k];
		memmove(&a[i + 1], &a[i], (k - i) * sizeof other);
		a[i] = other;
	}
}

static uint32_t bit(unsigned at)
{
	return (uint32_t)1 << at;
}

static struct race_lane *lane_oldest(struct race *r)
{
	struct race_lane *old = NULL;

	for (unsigned i = 0; i < RACE_LANES; i++) {
		struct race_lane *l = &r->lane[i];

		if (l->fd >= 0 && (!old || l->since_us < old->since_us))
			old = l;
	}
	return old;
}

static struct race_lane *lane_free(struct race *r)
{
	for (unsigned i = 0; i < RACE_LANES; i++)
		if (r->lane[i].fd < 0)
			return &r->lane[i];
	return NULL;
}

static unsigned lanes(const struct race *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < RACE_LANES; i++)
		n += r->lane[i].fd >= 0;
	return n;
}

/* Tells the owner that there are n attempts, and asks whether it may be so. */
static bool may_have(struct race *r, unsigned n)
{
	return !r->ops->lanes || r->ops->lanes(r, n);
}

static void lane_stop(struct race_lane *l)
{
	if (l->fd < 0)
		return;
	ev_io_stop(l->race->loop->ev, &l->connected);
	/* The server may have accepted the connection: RST tells it that
	 * nothing was meant. */
	tcp_reset(l->fd);
	l->fd = -1;
	(void)may_have(l->race, lanes(l->race));
}

static void lane_give_up(struct race_lane *l)
{
	if (l->fd < 0)
		return;
	lane_stop(l);
	l->race->ops->failed(l->race, l->at, ETIMEDOUT);
}

/* Starts an attempt.  Returns 0 or an errno. */
static int lane_begin(struct race_lane *l, unsigned at)
{
	struct race *r = l->race;

	l->fd = tcp_connect_small(&r->addr[at], r->segment);
	if (l->fd < 0) {
		int error = errno;

		(void)may_have(r, lanes(r));
		return error;
	}
	l->at = at;
	l->since_us = r->begun_us = loop_now_us(r->loop);
	/* Only an error makes it readable and writable. */
	ev_io_set(&l->connected, l->fd, EV_READ | EV_WRITE);
	ev_io_start(r->loop->ev, &l->connected);
	return 0;
}

/* Whether there may be an attempt beside the first one: only while less than
 * half of the process's descriptors are in use, so that everybody can have a
 * first one.  The kernel gives out the lowest free number, which tells. */
static bool may_be_beside(const struct race *r, const struct race_lane *other)
{
	int next = other ? fcntl(other->fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (next >= 0)
		close(next);
	return !other || (next >= 0 && next <= r->loop->fds_most / 2);
}

/* A lane for the next attempt; NULL if it must wait until one is free. */
static struct race_lane *race_make_room(struct race *r, bool no_descriptor)
{
	struct race_lane *old = lane_oldest(r), *l = NULL;

	if (!no_descriptor && may_be_beside(r, old))
		l = lane_free(r);
	if (l && old && !may_have(r, lanes(r) + 1))
		l = NULL;
	if (l)
		return l;
	if (loop_now_us(r->loop) < old->since_us + TIMEOUT_US)
		return NULL;
	lane_give_up(old);
	return old;
}

static bool is_scarce(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}

/* Begins one attempt, if there is an address and a lane for it. */
static struct race_lane *begin_next(struct race *r)
{
	bool scarce = false;

	while (r->left) {
		unsigned at = (unsigned)ffs((int)r->left) - 1;
		struct race_lane *l;
		int error;

		if (r->ops->may && !r->ops->may(r, at)) {
			r->left &= ~bit(at);
			continue;
		}
		l = race_make_room(r, scarce);
		if (!l)
			return NULL;
		error = lane_begin(l, at);
		/* Descriptors are short: take that of another attempt. */
		scarce = is_scarce(error) && race_is_running(r);
		if (scarce)
			continue;
		r->left &= ~bit(at);
		if (!error)
			return l;
		r->ops->failed(r, at, error);
	}
	return NULL;
}

static void race_disarm(struct race *r)
{
	ev_timer_stop(r->loop->ev, &r->next_due);
	ev_timer_stop(r->loop->ev, &r->end_due);
}

static void race_arm_at(struct race *r, ev_timer *w, uint64_t at)
{
	uint64_t now = loop_now_us(r->loop);

	ev_timer_set(w, (double)(MAX(now, at) - now) / 1e6, 0.);
	ev_timer_start(r->loop->ev, w);
}

static void race_arm(struct race *r)
{
	race_disarm(r);
	if (r->left && lane_free(r))
		race_arm_at(r, &r->next_due, loop_now_us(r->loop) + BESIDE_US);
	else if (r->left)
		race_arm_at(r, &r->next_due,
			    lane_oldest(r)->since_us + TIMEOUT_US);
	else if (r->last_us)
		race_arm_at(r, &r->end_due, r->begun_us + r->last_us);
}

/* Ends all other attempts.  Their addresses may be tried again, if the winner
 * turns out to be of no use to the caller. */
static void win(struct race_lane *winner)
{
	struct race *r = winner->race;
	unsigned at = winner->at;
	int fd = winner->fd;

	ev_io_stop(r->loop->ev, &winner->connected);
	race_disarm(r);
	winner->fd = -1;
	for (unsigned i = 0; i < RACE_LANES; i++) {
		struct race_lane *l = &r->lane[i];

		if (l->fd >= 0)
			r->left |= bit(l->at);
		lane_stop(l);
	}
	r->ops->done(r, fd, at);
}

/* Within a machine a connection is made while connect(2) runs, though that says
 * EINPROGRESS: one more question saves a turn of the loop. */
static int lane_ask(const struct race_lane *l)
{
	const struct race *r = l->race;

	if (!r->prompt || !addr_is_loopback(&r->addr[l->at]))
		return EALREADY;
	return tcp_connected(l->fd, &r->addr[l->at]);
}

void race_run(struct race *r)
{
	struct race_lane *l;
	int error;

	while ((l = begin_next(r)) && (error = lane_ask(l)) != EALREADY) {
		if (!error) {
			win(l);
			return;
		}
		lane_stop(l);
		r->ops->failed(r, l->at, error);
	}
	if (race_is_running(r)) {
		race_arm(r);
		return;
	}
	race_disarm(r);
	r->ops->done(r, -1, 0);
}

static void on_next_due(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	race_run(w->data);
}

static void on_end_due(struct ev_loop *ev, ev_timer *w, int events)
{
	struct race *r = w->data;

	(void)ev;
	(void)events;
	for (unsigned i = 0; i < RACE_LANES; i++)
		lane_give_up(&r->lane[i]);
	race_run(r);
}

static void on_connected(struct ev_loop *ev, ev_io *w, int events)
{
	struct race_lane *l = w->data;
	struct race *r = l->race;
	int error = 0;
	socklen_t len = sizeof error;

	(void)ev;
	if (events & EV_READ &&
	    getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len))
		error = errno;
	if (!error && (!r->ops->may || r->ops->may(r, l->at))) {
		win(l);
		return;
	}
	lane_stop(l);
	if (error)
		r->ops->failed(r, l->at, error);
	race_run(r);
}

void race_init(struct race *r, struct loop *loop, const struct race_ops *ops)
{
	*r = (struct race){ .loop = loop, .ops = ops };
	ev_init(&r->next_due, on_next_due);
	ev_init(&r->end_due, on_end_due);
	/* So that a connection that is ready in the same turn of the loop is
	 * seen before the timers. */
	ev_set_priority(&r->next_due, EV_MINPRI);
	ev_set_priority(&r->end_due, EV_MINPRI);
	r->next_due.data = r->end_due.data = r;
	for (unsigned i = 0; i < RACE_LANES; i++) {
		struct race_lane *l = &r->lane[i];

		l->race = r;
		l->fd = -1;
		ev_init(&l->connected, on_connected);
		l->connected.data = l;
	}
}

void race_add(struct race *r, const struct addr *a)
{
	if (r->n == RACE_ADDRS)
		return;
	r->left |= bit(r->n);
	r->addr[r->n++] = *a;
	if (race_is_running(r) && !ev_is_active(&r->next_due))
		race_arm(r);
}

bool race_is_running(const struct race *r)
{
	return lanes(r);
}

void race_drop(struct race *r)
{
	race_disarm(r);
	for (unsigned i = 0; i < RACE_LANES; i++)
		lane_stop(&r->lane[i]);
	r->n = r->left = 0;
}
