/* SPDX-License-Identifier: BSD-2-Clause */
/* flight_test.c - a sender on a path with a queue, without sockets: how long the
 * queue is, and that the path is used. */
#include "net/flight.h"

#include "base/defs.h"

#include "suite.h"

enum { STEP_US = 1000, RTT_US = 50000, MBIT = 125000 };

/* A path with one queue.  `window` is what TCP itself would let out. */
struct path {
	struct flight f;
	uint64_t now;
	double rate;                /* bytes per second */
	double queue, room, window; /* bytes */
	double sent, acked, dropped;
	double srtt;
	double arrives[2 * RTT_US / STEP_US];
	uint32_t rtt, other; /* us; queue of the other way */
};

static void path_init(struct path *p, double mbit, double room)
{
	*p = (struct path){ .now = 1000000,
			    .rate = mbit * (double)MBIT,
			    .room = room,
			    .window = 1e9,
			    .rtt = RTT_US,
			    .srtt = RTT_US };
	flight_init(&p->f);
}

static double on_the_way(const struct path *p)
{
	return p->sent - p->acked - p->dropped;
}

/* One millisecond; `want` bytes are to be sent in it. */
static void step(struct path *p, double want)
{
	size_t slots = sizeof p->arrives / sizeof *p->arrives;
	size_t slot = p->now / STEP_US % slots;
	size_t then = (slot + (p->rtt + p->other) / STEP_US) % slots;
	double out, gone, most = p->window;
	struct flight_sample s;

	p->acked += p->arrives[slot];
	p->arrives[slot] = 0;
	if (p->f.limit != SIZE_MAX)
		most = MIN(most, (double)p->f.limit);
	out = MAX(MIN(want, most - on_the_way(p)), 0);
	if (p->f.pace != UINT64_MAX)
		out = MIN(out, (double)p->f.pace * (double)STEP_US / 1e6);
	p->sent += out;
	p->queue += out;
	if (p->queue > p->room) {
		p->dropped += p->queue - p->room;
		p->queue = p->room;
	}
	gone = MIN(p->queue, p->rate * (double)STEP_US / 1e6);
	p->queue -= gone;
	p->arrives[then] += gone;
	p->srtt += (p->rtt + p->other + p->queue / p->rate * 1e6 - p->srtt) /
		   20;
	s = (struct flight_sample){
		.now_us = p->now,
		.acked = (uint64_t)p->acked,
		.delivered = (uint64_t)p->acked,
		.rtt_us = (uint32_t)p->srtt,
		.bytes = (size_t)on_the_way(p),
	};
	flight_sample(&p->f, &s);
	p->now += STEP_US;
}

/* The share of the path that was used, and the longest queue in ms. */
static double run(struct path *p, double want, unsigned ms, double *longest)
{
	double before = p->acked;

	*longest = 0;
	for (unsigned i = 0; i < ms; i++) {
		step(p, want);
		*longest = MAX(*longest, p->queue / p->rate * 1e3);
	}
	return (p->acked - before) / (p->rate * ms / 1e3);
}

START_TEST(the_queue_is_short_and_the_path_full)
{
	struct path p;
	double queue;

	path_init(&p, 20, 250000);
	p.window = 300000;
	run(&p, 1e6, 3000, &queue);
	ck_assert_double_ge(queue, 50);
	ck_assert_double_ge(run(&p, 1e6, 60000, &queue), 0.96);
	ck_assert_double_le(queue, 15);
}
END_TEST

/* A sender that makes no queue is not limited, whatever it sends. */
START_TEST(no_queue_no_limit)
{
	struct path p;
	double queue;

	path_init(&p, 20, 250000);
	p.window = 100000;
	run(&p, 1e6, 30000, &queue);
	ck_assert_uint_eq(p.f.limit, SIZE_MAX);
	ck_assert_uint_eq(p.f.pace, UINT64_MAX);
}
END_TEST

/* Keystrokes behind somebody else's queue are no transfer. */
START_TEST(keystrokes_are_never_limited)
{
	struct path p;
	double queue;

	path_init(&p, 20, 250000);
	run(&p, 10, 5000, &queue);
	p.other = 40000;
	run(&p, 10, 3000, &queue);
	ck_assert_uint_eq(p.f.limit, SIZE_MAX);
	/* Nor is a transfer that follows, by what they measured. */
	ck_assert(!p.f.on);
}
END_TEST

START_TEST(a_faster_path_is_found)
{
	struct path p;
	double queue;

	path_init(&p, 20, 1e6);
	p.window = 1e6;
	run(&p, 1e6, 15000, &queue);
	ck_assert_uint_le(p.f.limit, 200000);
	p.window = p.room = 1e7;
	p.rate *= 50;
	run(&p, 1e6, 1200, &queue);
	ck_assert_double_ge(run(&p, 1e6, 1000, &queue), 0.9);
}
END_TEST

START_TEST(a_slower_path_is_found)
{
	struct path p;
	double queue;

	path_init(&p, 20, 1e6);
	p.window = 1e6;
	run(&p, 1e6, 15000, &queue);
	p.rate /= 4;
	run(&p, 1e6, 25000, &queue);
	ck_assert_double_ge(run(&p, 1e6, 20000, &queue), 0.95);
	ck_assert_double_le(queue, 25);
}
END_TEST

/* A longer round trip that others cause counts as part of the path. */
START_TEST(a_longer_round_trip_costs_nothing)
{
	struct path p;
	double queue;

	path_init(&p, 20, 250000);
	p.window = 300000;
	run(&p, 1e6, 5000, &queue);
	p.other = 40000;
	run(&p, 1e6, 20000, &queue);
	ck_assert_double_ge(run(&p, 1e6, 30000, &queue), 0.95);
}
END_TEST

/* A radio link: the round trip changes by up to 40 ms all the time, and the
 * rate grows to four times. */
START_TEST(a_path_that_jitters)
{
	struct path p;
	double queue, used = 0;

	path_init(&p, 10, 1e6);
	p.window = 1e6;
	for (unsigned i = 0; i < 150; i++) {
		p.other = i * 613 % 997 * 40;
		p.rate = (i < 100 ? 10. : 40.) * MBIT;
		used += run(&p, 1e6, 100, &queue) * (i >= 100) / 50;
	}
	ck_assert_double_ge(used, 0.75);
}
END_TEST

START_TEST(forgotten_when_idle)
{
	struct path p;
	double queue;

	path_init(&p, 20, 250000);
	p.window = 300000;
	run(&p, 1e6, 5000, &queue);
	ck_assert_uint_ne(p.f.limit, SIZE_MAX);
	run(&p, 10, 25000, &queue);
	ck_assert_uint_eq(p.f.limit, SIZE_MAX);
}
END_TEST

SUITE("flight", the_queue_is_short_and_the_path_full, no_queue_no_limit,
      keystrokes_are_never_limited, a_faster_path_is_found,
      a_slower_path_is_found, a_longer_round_trip_costs_nothing,
      a_path_that_jitters, forgotten_when_idle)
