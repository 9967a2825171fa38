/* SPDX-License-Identifier: BSD-2-Clause */
/* sched.c - which channel's bytes go next.
 *
 * Bytes wait in the kernel and not here: a channel is read when its turn comes,
 * straight into the log, as many full frames as one system call can fill.
 * Channels that have sent little lately (`fresh`) go first.  The others
 * (`busy`) take turns by deficit round robin, as in FQ-CoDel (RFC 8290, section
 * 4). */
#include "channel/chan.h"

#include "base/err.h"

enum {
	QUANTUM_MIN = 4096,
	READ_MAX = 4 * FRAME_PAYLOAD_MAX, /* by one system call */
	QUANTUM_MAX = 2 * READ_MAX,
	QUIET_BYTES = 8192, /* below this a channel is interactive */
	HALVE_US = 16384,   /* `recent` halves in this time */
	LEAST = 4096,       /* smaller rests of a log's chunk stay empty */
};

static void sched_decay(struct chan *c)
{
	uint64_t halvings = (c->s->now - c->active_us) / HALVE_US;

	c->recent = halvings > 31 ? 0 : c->recent >> halvings;
}

static bool sched_may_send(const struct chan *c)
{
	return c->state == CHAN_OPEN || (c->mine && c->state == CHAN_WAITING);
}

void sched_add(struct chan *c)
{
	struct session *s = c->s;

	if (!sched_may_send(c) || !list_is_empty(&c->turn))
		return;
	sched_decay(c);
	list_append(c->recent < QUIET_BYTES ? &s->fresh : &s->busy, &c->turn);
	session_wake(s);
}

static int sched_quantum(const struct session *s)
{
	int n = (int)MAX(MIN(s->target, QUANTUM_MAX), QUANTUM_MIN);

	/* Whole frames, so that no small frame follows them. */
	return n > FRAME_PAYLOAD_MAX ? n - n % FRAME_PAYLOAD_MAX : n;
}

/* Lays up to `want` bytes out as full frames in `room` bytes at p. */
static int sched_lay_out(struct iovec iov[4], uint8_t *p, size_t room,
			 size_t want)
{
	int n = 0;

	while (n < 4 && want && room > FRAME_HEADER) {
		size_t len = MIN(MIN(want, FRAME_PAYLOAD_MAX),
				 room - FRAME_HEADER);

		iov[n++] = (struct iovec){ p + FRAME_HEADER, len };
		p += FRAME_HEADER + len;
		room -= FRAME_HEADER + len;
		want -= len;
	}
	return n;
}

/* Writes headers in front of the `len` bytes that were read into iov. */
static void sched_put_headers(struct chan *c, const struct iovec *iov,
			      size_t len, bool urgent)
{
	size_t total = 0, n;

	for (; len; iov++, len -= n, total += FRAME_HEADER + n) {
		n = MIN(len, iov->iov_len);
		chan_put_header((uint8_t *)iov->iov_base - FRAME_HEADER, c,
				FRAME_DATA,
				urgent && n == len ? FLAG_URGENT : 0, n);
	}
	slog_commit(&c->s->log, total);
}

static void sched_pack_fin(struct chan *c)
{
	size_t room;
	uint8_t *p = slog_room(&c->s->log, FRAME_HEADER, &room);

	if (!p) {
		session_fail(c->s, "out of memory");
		return;
	}
	chan_put_header(p, c, FRAME_CLOSE, FLAG_FIN, 0);
	slog_commit(&c->s->log, FRAME_HEADER);
	c->fin_out = true;
	chan_check_end(c);
}

static void sched_sent(struct chan *c, size_t n)
{
	struct session *s = c->s;

	c->sent += n;
	c->deficit -= (int)n;
	c->recent += (uint32_t)n;
	c->active_us = s->now;
	s->bytes_out += n;
	allowance_use(s->may_send, n);
}

/* Reads a channel once.  False: it had nothing to read. */
static bool sched_turn(struct chan *c, size_t want)
{
	struct session *s = c->s;
	struct iovec iov[4];
	bool urgent = false;
	size_t room = 0;
	uint8_t *p = NULL;
	ssize_t n;

	if (want) {
		p = slog_room(&s->log, FRAME_HEADER + LEAST, &room);
		if (!p) {
			session_fail(s, "out of memory");
			return false;
		}
	}
	c->ready = false;
	room = MIN(room, session_log_room(s));
	n = c->ops->read(c, iov, want ? sched_lay_out(iov, p, room, want) : 0,
			 &urgent);
	if (n > 0) {
		sched_put_headers(c, iov, (size_t)n, urgent);
		sched_sent(c, (size_t)n);
	} else if (n == 0) {
		sched_pack_fin(c);
	} else if (n != ERR_AGAIN) {
		chan_reset(c, REASON_PEER_RESET, NULL);
	} else if (!want) {
		/* There are bytes, but no credit for them. */
		c->ready = c->blocked = true;
	}
	return n != ERR_AGAIN;
}

/* Takes the channel whose turn it is; NULL: none has anything to send. */
static struct chan *sched_pick(struct session *s)
{
	struct list *from = &s->fresh;
	struct chan *c;

	if (list_is_empty(from))
		from = &s->busy;
	if (list_is_empty(from))
		return NULL;
	c = list_first(from, struct chan, turn);
	list_remove(&c->turn);
	if (from == &s->fresh)
		c->deficit = sched_quantum(s);
	else
		c->deficit = MIN(c->deficit, 0) + sched_quantum(s);
	return c;
}

/* The local end has called chan_readable again from its read(). */
static bool sched_goes_on(const struct chan *c)
{
	return c->ready && c->deficit >= READ_MAX && c->limit > c->sent &&
	       session_log_room(c->s) >= FRAME_HEADER + LEAST &&
	       allowance_has(c->s->may_send);
}

/* Whether the session's limit lets a channel send now. */
static bool sched_is_allowed(struct session *s)
{
	if (allowance_has(s->may_send))
		return true;
	if (!list_is_empty(&s->fresh) || !list_is_empty(&s->busy))
		s->ops->spent(s);
	return false;
}

static size_t sched_want(const struct chan *c)
{
	uint64_t want = MIN((uint64_t)c->deficit, c->limit - c->sent);

	if (c->s->may_send)
		want = MIN(want, (uint64_t)MAX(allowance_left(c->s->may_send),
					       LEAST));
	return (size_t)want;
}

/* Reads a channel as long as it has much to read and its turn lasts: the peer
 * writes the bytes of a channel that follow each other with fewer system calls.
 * False: it had nothing to read. */
static bool sched_turns(struct chan *c)
{
	bool got = false, goes_on = true;

	while (goes_on) {
		size_t want = sched_want(c);

		list_remove(&c->turn);
		goes_on = sched_turn(c, want);
		got = got || goes_on;
		goes_on = goes_on && sched_goes_on(c);
	}
	/* chan_readable did not know yet how much was sent just now. */
	if (!list_is_empty(&c->turn)) {
		list_remove(&c->turn);
		sched_add(c);
	}
	return got;
}

bool sched_data(struct session *s)
{
	struct chan *c;

	if (session_log_room(s) < FRAME_HEADER + LEAST || !sched_is_allowed(s))
		return false;
	while ((c = sched_pick(s))) {
		if (c->deficit <= 0) {
			list_append(&s->busy, &c->turn);
			continue;
		}
		if (sched_turns(c))
			return true;
		if (s->failed)
			return false;
	}
	return false;
}
