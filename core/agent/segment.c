/* SPDX-License-Identifier: BSD-2-Clause */
/* segment.c - small packets to a gateway to which large ones do not get.
 *
 * A connection that ends while its large packets seem to vanish is followed by
 * one with small packets, both ways: TCP_MAXSEG bounds what the gateway sends
 * too.  Where that one is answered at once, size was the reason, and small
 * packets stay.  Where it is not, nothing passed for a while, or the gateway
 * stood still; where it ends in the same way, small packets are of no use.  In
 * both cases the next one is of full size. */
#include "agent/uplink_parts.h"

#include "base/err.h"
#include "base/log.h"

static const double LOOK_S = 1.;
enum {
	AGAIN_US = 3600 * 1000000u, /* then full size is tried again */
	AT_ONCE_US = 2000000,
	DOUBT_US = 60000000,
	ROUNDS = 3, /* TCP, TLS, ATTACH */
};

static void segment_on_look(struct ev_loop *ev, ev_timer *w, int events)
{
	struct uplink *u = w->data;
	struct conn *c = uplink_conn(u);

	(void)events;
	if (!c) {
		ev_timer_stop(ev, w);
		return;
	}
	u->segment.seen = blackhole_look(c->fd);
	if (u->segment.seen == BLACKHOLE_CERTAIN)
		conn_fail(c, ERR_TIMEOUT, "large packets do not get through");
}

void segment_init(struct uplink *u)
{
	ev_timer_init(&u->segment.look, segment_on_look, LOOK_S, LOOK_S);
	u->segment.look.data = u;
}

void segment_fini(struct uplink *u)
{
	ev_timer_stop(u->loop->ev, &u->segment.look);
}

static void use_full(struct segment *s)
{
	s->small = s->helped = false;
}

int segment_dial(struct uplink *u)
{
	struct segment *s = &u->segment;

	s->dialled_us = loop_now_us(u->loop);
	s->answered = false;
	if (s->helped && s->dialled_us - s->since_us > AGAIN_US)
		use_full(s);
	s->used = s->small;
	return s->used ? BLACKHOLE_SEGMENT : 0;
}

void segment_dialled(struct uplink *u, bool made)
{
	struct segment *s = &u->segment;

	s->seen = BLACKHOLE_NONE;
	if (made)
		ev_timer_again(u->loop->ev, &s->look);
	else if (!s->helped)
		use_full(s);
}

static bool is_late(const struct uplink *u)
{
	uint64_t since = loop_now_us(u->loop) - u->segment.dialled_us;

	return since > AT_ONCE_US + ROUNDS * (uint64_t)u->tunnel.conn.rtt_us;
}

/* The connection may end by the gateway's timeout, before ours. */
bool segment_waited(const struct uplink *u)
{
	return !u->segment.answered && is_late(u);
}

void segment_works(struct uplink *u)
{
	struct segment *s = &u->segment;

	s->answered = true;
	if (!s->used || s->helped)
		return;
	if (is_late(u) || blackhole_repeated(u->tunnel.conn.fd)) {
		use_full(s);
		return;
	}
	s->helped = true;
	s->since_us = loop_now_us(u->loop);
	log_msg(LOG_WARN, NULL,
		"large packets get lost on the way to the gateway, "
		"small ones do not: TCP segments have at most %d bytes "
		"for an hour, or until this machine's network changes",
		BLACKHOLE_SEGMENT);
}

/* Where only large packets are under way, a link that is down for some
 * seconds looks as if large packets got lost: only twice within a minute is
 * a sign. */
static bool is_sign(struct uplink *u, bool silent)
{
	struct segment *s = &u->segment;
	uint64_t before = s->doubted_us, now = loop_now_us(u->loop);

	if (s->seen == BLACKHOLE_LIKELY) {
		s->doubted_us = now;
		return before && now - before < DOUBT_US;
	}
	return s->seen == BLACKHOLE_CERTAIN ||
	       (s->seen == BLACKHOLE_DELIVERED && silent);
}

void segment_ended(struct uplink *u, bool silent)
{
	struct segment *s = &u->segment;

	segment_fini(u);
	if (is_sign(u, silent)) {
		s->small = !s->used;
		s->helped = false;
	} else if (!s->helped) {
		use_full(s);
	}
	s->seen = BLACKHOLE_NONE;
	s->used = false;
}

void segment_new_network(struct uplink *u)
{
	u->segment.seen = BLACKHOLE_NONE;
	u->segment.doubted_us = 0;
	use_full(&u->segment);
}
