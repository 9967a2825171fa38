/* SPDX-License-Identifier: BSD-2-Clause */
/* flight.c - keeps the queue in front of the slowest link of a path short.
 *
 * TCP fills that queue until it drops packets, and everything in the tunnel
 * waits in it (bufferbloat).  Rate times round trip time is as much as keeps a
 * link busy; what is more only waits.  So, once a queue made by this connection
 * is seen, only a little more than that product may be on its way.  For a
 * moment in each period only half of it may: that empties the queue, and shows
 * the round trip time without it.  The idea is from BBR (Cardwell and others,
 * 2016); here it works on top of the system's congestion control. */
#include "net/flight.h"

#include "base/defs.h"

enum {
	SAMPLE_US = 100000,
	PERIOD_US = 10000000,
	/* A round trip may be longer than the shortest one by this, or by this
	 * share of it, without a queue; so fast paths are never limited. */
	SLACK_US = 10000,
	SLACK_SHARE = 8,
	LEAST = 16384, /* bytes that may always be on their way */
	BUSY = 32768,  /* bytes on their way that only a transfer has */
	/* Samples in a row that prove a queue.  One is not enough, because the
	 * smoothed round trip time lags behind. */
	QUEUE = 2,
	/* After a sample without a queue so many are allowed more ... */
	NO_QUEUE = 4,
	/* ... but not where that was made by a draining. */
	SETTLE_US = 500000,
};

void flight_init(struct flight *f)
{
	*f = (struct flight){ .limit = SIZE_MAX,
			      .pace = UINT64_MAX,
			      .rtt = UINT32_MAX,
			      .lowest = UINT32_MAX };
}

/* Adds a sample to the measured rate.  Returns false if it comes too soon after
 * the last one, and does nothing then. */
static bool measure(struct flight *f, const struct flight_sample *s)
{
	uint64_t past = s->now_us - f->at_us, bytes;

	if (f->at_us && past < MAX(SAMPLE_US, s->rtt_us))
		return false;
	/* Both may be too high: `acked` jumps after a loss was repaired, and
	 * `delivered` counts short packets as full ones. */
	bytes = MIN(s->acked - f->acked, s->delivered - f->delivered);
	if (s->bytes >= BUSY && f->busy)
		f->rate[0] = MAX(f->rate[0], bytes * 1000000 / past);
	f->at_us = s->now_us;
	f->acked = s->acked;
	f->delivered = s->delivered;
	f->busy = s->bytes >= BUSY;
	f->used = f->used || f->busy;
	f->lowest = MIN(f->lowest, s->rtt_us);
	return true;
}

/* Begins a new period.  If a queue was seen, it begins with half the bytes, so
 * that the queue drains. */
static void turn_over(struct flight *f, const struct flight_sample *s)
{
	f->on = f->on && f->used;
	f->drains = f->on;
	if (!f->on)
		f->rtt = f->lowest;
	f->used = false;
	f->rate[1] = f->rate[0];
	f->rate[0] = 0;
	f->lowest = s->rtt_us;
	f->period_us = s->now_us + PERIOD_US;
	f->drain_us = s->now_us + 2 * (uint64_t)s->rtt_us + SAMPLE_US;
}

/* Updates f->rtt, the round trip time without a queue made by this connection.
 * While there may be one, only the time at the end of a draining counts.  A
 * queue in the other direction is part of the path: it drains at other
 * times. */
static void base(struct flight *f, const struct flight_sample *s)
{
	if (!f->on) {
		f->rtt = MIN(f->rtt, s->rtt_us);
	} else if (f->drains && s->now_us >= f->drain_us) {
		f->rtt = f->lowest;
		f->drains = false;
	}
}

/* Counts the samples in a row that show a queue.  A queue of ours would stand:
 * one sample without it, although as much as allowed is on its way, shows that
 * what made the others late is the path itself, as a radio link does. */
static void flight_look(struct flight *f, const struct flight_sample *s,
			uint64_t slack)
{
	bool full = s->bytes >= f->limit / 4 * 3 &&
		    s->now_us >= f->drain_us + SETTLE_US;

	f->high = f->busy && s->rtt_us > f->rtt + slack ? f->high + 1 : 0;
	if (full && s->rtt_us <= f->rtt + slack / 2)
		f->loose = NO_QUEUE;
	else if (f->loose)
		f->loose--;
	f->on = f->on || f->high >= QUEUE;
}

void flight_sample(struct flight *f, const struct flight_sample *s)
{
	uint64_t rate, slack, gain;

	if (!measure(f, s))
		return;
	if (s->now_us >= f->period_us)
		turn_over(f, s);
	base(f, s);
	slack = MAX(f->rtt / SLACK_SHARE, SLACK_US);
	flight_look(f, s, slack);
	f->limit = SIZE_MAX;
	f->pace = UINT64_MAX;
	rate = MAX(f->rate[0], f->rate[1]);
	if (!f->on || !rate)
		return;
	gain = f->loose ? 2 : 1;
	f->limit = MAX(LEAST, f->drains ?
				      rate * f->rtt / 2000000 :
				      gain * rate * (f->rtt + slack) / 1000000);
	f->pace = MAX(LEAST, gain * rate * 5 / 4);
}
