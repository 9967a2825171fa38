/* SPDX-License-Identifier: BSD-2-Clause */
/* flight.c - keeps the queue before the narrowest link short.
 *
 * TCP fills that queue until it drops, and everything in the tunnel waits in
 * it.  Rate times round trip is enough to keep a link busy; what is more is
 * queue.  So, from when a queue of our own is seen, a quarter of a round trip
 * more than that may be on its way, and now and then half as much, to see
 * the round trip without a queue of ours.  The idea is BBR's (Cardwell and
 * others, 2016), on top of whatever congestion control the system has. */
#include "net/flight.h"

#include "base/defs.h"

enum {
	SAMPLE_US = 100000,
	PERIOD_US = 10000000,
	SLACK_US = 10000,               /* so nothing is limited on fast paths */
	LEAST = 16384,
	BUSY = 32768,                   /* no keystrokes, but a transfer */
	/* Samples in a row that show it; the smoothed round trip lags. */
	QUEUE = 2,
	NO_QUEUE = 4,
};

void flight_init(struct flight *f)
{
	*f = (struct flight){ .limit = SIZE_MAX, .pace = UINT64_MAX,
			      .rtt = { UINT32_MAX, UINT32_MAX } };
}

/* True once per sample. */
static bool measure(struct flight *f, const struct flight_sample *s)
{
	uint64_t past = s->now_us - f->at_us, bytes;

	if (f->at_us && past < MAX(SAMPLE_US, s->rtt_us))
		return false;
	/* Behind a loss `acked` jumps; `delivered` counts short packets as
	 * full ones. */
	bytes = MIN(s->acked - f->acked, s->delivered - f->delivered);
	if (s->bytes >= BUSY && f->busy)
		f->rate[0] = MAX(f->rate[0], bytes * 1000000 / past);
	f->rtt[0] = MIN(f->rtt[0], s->rtt_us);
	f->at_us = s->now_us;
	f->acked = s->acked;
	f->delivered = s->delivered;
	f->busy = s->bytes >= BUSY;
	return true;
}

/* What was highest and lowest counts for one more period. */
static void turn_over(struct flight *f, const struct flight_sample *s)
{
	if (s->now_us < f->period_us)
		return;
	f->on = f->on && f->used;
	f->used = false;
	f->rate[1] = f->rate[0];
	f->rtt[1] = f->rtt[0];
	f->rate[0] = 0;
	f->rtt[0] = s->rtt_us;
	f->period_us = s->now_us + PERIOD_US;
	f->drain_us = s->now_us + 2 * (uint64_t)s->rtt_us + SAMPLE_US;
}

void flight_sample(struct flight *f, const struct flight_sample *s)
{
	uint64_t rate, rtt, slack, gain;
	bool drains;

	if (!measure(f, s))
		return;
	turn_over(f, s);
	drains = s->now_us < f->drain_us;
	rate = MAX(f->rate[0], f->rate[1]);
	rtt = MIN(f->rtt[0], f->rtt[1]);
	slack = MAX(rtt / 4, SLACK_US);
	f->used = f->used || f->busy;
	f->high = f->busy && s->rtt_us > rtt + slack ? f->high + 1 : 0;
	f->low = !drains && s->bytes >= f->limit / 4 * 3 &&
		s->rtt_us <= rtt + slack / 2 ? f->low + 1 : 0;
	f->on = f->on || f->high >= QUEUE;
	f->limit = SIZE_MAX;
	f->pace = UINT64_MAX;
	if (!f->on || !rate)
		return;
	/* No queue in spite of what is sent: there is more to be had. */
	gain = f->low >= NO_QUEUE ? 2 : 1;
	f->limit = MAX(LEAST, drains ? rate * rtt / 2000000 :
		       gain * rate * (rtt + slack) / 1000000);
	f->pace = MAX(LEAST, gain * rate * 5 / 4);
}
