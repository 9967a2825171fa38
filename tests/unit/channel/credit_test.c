/* SPDX-License-Identifier: BSD-2-Clause */
/* credit_test.c - windows grow, are charged to the budget and shrink. */
#include "channel/chan.h"
#include "channel/pump.h"

#include <string.h>

#include "suite.h"

static struct pump p;

START_TEST(grows_while_it_is_used_up)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.budget.used, CREDIT_START);
	for (int i = 0; i < 50; i++) {
		mem_fill(app, 200000);
		pump_run(&p);
	}
	ck_assert_uint_ge(p.gateway.budget.used, 4 * CREDIT_START);
	pump_fini(&p);
	ck_assert_uint_eq(p.gateway.budget.used, 0);
	mem_free(app);
}
END_TEST

START_TEST(a_slow_reader_gets_no_more)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000000);
	for (int i = 0; i < 100; i++) {
		pump_run(&p);
		if (p.gateway.nmems)
			p.gateway.mems[0]->room = 4000;
		p.now += 100000;
	}
	ck_assert_uint_eq(p.gateway.budget.used, CREDIT_START);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

enum { SOME = 6 };

static void open_some(struct mem *m[SOME])
{
	for (int i = 0; i < SOME; i++) {
		m[i] = mem_open(&p.agent, NULL);
		ck_assert_ptr_nonnull(m[i]);
		mem_fill(m[i], 1000);
	}
	pump_run(&p);
}

static unsigned opened(struct mem *m[SOME])
{
	unsigned n = 0;

	for (int i = 0; i < SOME; i++)
		n += m[i]->opened && !m[i]->closed;
	return n;
}

static void end_some(struct mem *m[SOME])
{
	pump_fini(&p);
	ck_assert_uint_eq(p.agent.budget.used, 0);
	ck_assert_uint_eq(p.gateway.budget.used, 0);
	ck_assert_uint_eq(p.agent.budget.waiting, 0);
	ck_assert_uint_eq(p.gateway.budget.waiting, 0);
	for (int i = 0; i < SOME; i++)
		mem_free(m[i]);
}

/* Channels that find no memory wait, and begin in their order when others
 * end. */
START_TEST(the_opener_waits)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.agent.s->budget.limit = 4 * CREDIT_START;
	open_some(m);
	ck_assert_uint_eq(opened(m), 4);
	ck_assert_uint_eq(p.gateway.nmems, 4);
	ck_assert_uint_eq(session_crowd(p.agent.s), 2);
	ck_assert(!m[4]->closed && !m[5]->closed);
	mem_reset(m[1]);
	pump_run(&p);
	ck_assert(m[4]->opened && !m[5]->opened);
	ck_assert(mem_matches(p.gateway.mems[4], 1000));
	chan_reset(m[5]->chan, REASON_STOPPED, NULL);
	pump_run(&p);
	ck_assert_uint_eq(session_crowd(p.agent.s), 0);
	ck_assert_uint_eq(p.gateway.nmems, 5);
	end_some(m);
}
END_TEST

/* The peer may send 16 KiB with each OPEN: bytes of channels that wait are
 * charged. */
START_TEST(the_answerer_waits)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.gateway.budget.limit = 4 * CREDIT_START;
	open_some(m);
	ck_assert_uint_eq(p.gateway.nmems, 4);
	ck_assert_uint_eq(p.gateway.budget.used, SOME * CREDIT_START);
	ck_assert(!m[4]->closed && !m[5]->closed);
	mem_fin(m[4]);
	mem_reset(m[5]);
	mem_reset(m[0]);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.nmems, 5);
	ck_assert(m[4]->opened && m[5]->closed);
	ck_assert(mem_matches(p.gateway.mems[4], 1000));
	ck_assert(p.gateway.mems[4]->got_fin);
	end_some(m);
}
END_TEST

/* The budget of all sessions becomes free without a call, so it is looked
 * at. */
START_TEST(two_budgets)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.agent.budget.limit = 4 * CREDIT_START;
	p.agent.budget.used = CREDIT_START;
	open_some(m);
	ck_assert_uint_eq(opened(m), 3);
	p.agent.budget.used -= CREDIT_START;
	ck_assert_uint_le(session_deadline(p.agent.s), p.now + 50000);
	pump_wait(&p, 50000);
	ck_assert_uint_eq(opened(m), 4);
	end_some(m);
}
END_TEST

/* The same of a pool, whose memory a session of another thread takes. */
START_TEST(a_pool_of_several_threads)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.gateway.pool.limit = 4 * CREDIT_START;
	p.gateway.pool.used = CREDIT_START;
	open_some(m);
	ck_assert_uint_eq(opened(m), 3);
	ck_assert_int_eq(p.gateway.crowd, CROWD_USER);
	ck_assert_uint_eq(p.gateway.pool.waiting, (SOME - 3) * CREDIT_START);
	p.gateway.pool.used -= CREDIT_START;
	pump_wait(&p, 50000);
	ck_assert_uint_eq(opened(m), 4);
	p.gateway.pool.limit = 0;
	pump_wait(&p, 50000);
	ck_assert_uint_eq(opened(m), SOME);
	ck_assert_uint_eq(p.gateway.pool.used, p.gateway.budget.used);
	end_some(m);
	ck_assert_uint_eq(p.gateway.pool.used, 0);
	ck_assert_uint_eq(p.gateway.pool.waiting, 0);
}
END_TEST

/* Channels that wait go to another process and back, on both sides. */
START_TEST(those_that_wait_move)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.agent.budget.limit = 4 * CREDIT_START;
	p.gateway.budget.limit = 3 * CREDIT_START;
	open_some(m);
	ck_assert_uint_eq(p.gateway.nmems, 3);
	pump_detach(&p);
	pump_move(&p, &p.gateway);
	pump_move(&p, &p.agent);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert_uint_eq(session_crowd(p.agent.s), 2);
	ck_assert_uint_eq(session_crowd(p.gateway.s), 1);
	for (int i = 0; i < 3; i++)
		mem_reset(m[i]);
	pump_run(&p);
	ck_assert_uint_eq(opened(m), 3);
	for (int i = 3; i < SOME; i++)
		ck_assert(mem_matches(p.gateway.mems[i], 1000));
	end_some(m);
}
END_TEST

START_TEST(idle_channels_give_it_back)
{
	struct mem *app, *second;
	uint64_t used;

	pump_init(&p, 1 << 20, 0);
	app = mem_open(&p.agent, NULL);
	for (int i = 0; i < 50; i++) {
		mem_fill(app, 200000);
		pump_run(&p);
	}
	used = p.gateway.budget.used;
	ck_assert_uint_ge(used, 8 * CREDIT_START);
	/* Pressure: others take more than half. */
	p.gateway.budget.limit = used + CREDIT_START;
	second = mem_open(&p.agent, NULL);
	pump_run(&p);
	pump_wait(&p, 11000000);
	ck_assert_uint_le(p.gateway.budget.used, 4 * CREDIT_START);
	mem_fill(app, 300000);
	pump_run(&p);
	ck_assert(mem_matches(p.gateway.mems[0], 50 * 200000 + 300000));
	pump_fini(&p);
	mem_free(app);
	mem_free(second);
}
END_TEST

/* Two round trips of 100 ms are enough for the second window, and a quiet time
 * before the first byte does not count. */
START_TEST(grows_over_a_long_round_trip)
{
	struct mem *app;
	struct chan *c;

	pump_init(&p, 0, 0);
	session_set_rtt(p.gateway.s, 100000);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	pump_wait(&p, 3000000);
	c = p.gateway.mems[0]->chan;
	for (uint32_t n = CREDIT_START; n < 4 << 20; n *= 4) {
		ck_assert_uint_eq(c->window, n);
		mem_fill(app, n / 2);
		pump_wait(&p, 100000);
		mem_fill(app, n - n / 2);
		pump_wait(&p, 100000);
	}
	pump_fini(&p);
	mem_free(app);
}
END_TEST

enum { MANY = 200 };

/* So many transfers that all want much: `fill` bytes for each, many times. */
static void crowd(struct mem *m[], size_t fill, int times)
{
	for (int i = 0; i < MANY; i++)
		if (!m[i])
			m[i] = mem_open(&p.agent, NULL);
	while (times--) {
		for (int i = 0; i < MANY; i++)
			mem_fill(m[i], fill);
		pump_run(&p);
	}
}

static void forget_output(void)
{
	for (unsigned i = 0; i < p.gateway.nmems; i++)
		buf_fini(&p.gateway.mems[i]->out);
}

static void disperse(struct mem *m[])
{
	pump_fini(&p);
	for (int i = 0; i < MANY; i++)
		mem_free(m[i]);
}

/* Nobody reads: what is kept is within the budget, nothing is lost, no channel
 * ends, and when they read again all of it comes. */
START_TEST(stuck_readers_stay_within_the_budget)
{
	struct mem *m[MANY] = { NULL };
	size_t kept = 0;

	pump_init(&p, 16 << 20, 0);
	p.gateway.budget.limit = 6 << 20;
	crowd(m, 20000, 8);
	for (int i = 0; i < MANY; i++)
		p.gateway.mems[i]->room = 0;
	crowd(m, 100000, 1);
	pump_wait(&p, 20000000);
	for (int i = 0; i < MANY; i++)
		kept += buf_len(&p.gateway.mems[i]->chan->backlog);
	ck_assert_uint_gt(kept, MANY * CREDIT_START / 2);
	ck_assert_uint_le(kept, session_stats(p.gateway.s).memory);
	ck_assert_uint_le(p.gateway.budget.used, p.gateway.budget.limit);
	for (int i = 0; i < MANY; i++) {
		ck_assert(!p.gateway.mems[i]->closed);
		p.gateway.mems[i]->room = SIZE_MAX;
	}
	pump_run(&p);
	for (int i = 0; i < MANY; i++)
		ck_assert(mem_matches(p.gateway.mems[i], 260000));
	disperse(m);
}
END_TEST

/* One alone may have most of the memory; it gives way when others come, and each
 * of them has more than the start. */
START_TEST(a_large_window_gives_way)
{
	struct mem *m[MANY] = { NULL };
	struct chan *first;
	uint32_t alone;

	pump_init(&p, 32 << 20, 0);
	session_set_rtt(p.gateway.s, 100000);
	m[0] = mem_open(&p.agent, NULL);
	for (int i = 0; i < 8; i++) {
		mem_fill(m[0], 4 << 20);
		pump_run(&p);
		forget_output();
	}
	first = p.gateway.mems[0]->chan;
	alone = first->window;
	ck_assert_uint_ge(alone, 11 << 20);
	ck_assert_uint_le(alone, 12 << 20);
	for (int i = 0; i < 20; i++) {
		mem_fill(m[0], 1 << 19);
		crowd(m, 40000, 1);
		forget_output();
	}
	for (int i = 0; i < MANY; i++) {
		uint32_t window = p.gateway.mems[i]->chan->window;

		ck_assert_uint_gt(window, CREDIT_START);
		ck_assert_uint_le(window, alone / 6);
	}
	ck_assert_uint_le(p.gateway.budget.used, 16 << 20);
	disperse(m);
}
END_TEST

enum { MOST = 200000 }; /* bytes */

/* Takes a message of `size` bytes when it is whole, as a plugin does. */
static void take_whole(struct mem *m, size_t size)
{
	size_t have = buf_len(&m->chan->backlog);

	if (have >= size) {
		m->room = size;
		chan_writable(m->chan);
		m->room = 0;
		have -= size;
	}
	chan_want(m->chan, have ? (uint32_t)size : 0);
}

/* Until nothing comes any more. */
static void take_all(struct mem *m[], unsigned n, size_t size)
{
	uint64_t before = UINT64_MAX;

	while (before != p.arrived) {
		before = p.arrived;
		for (unsigned i = 0; i < n; i++)
			if (m[i]->chan)
				take_whole(m[i], size);
		pump_run(&p);
	}
}

/* Nothing is charged before it comes, all of it fits, and it is given back. */
START_TEST(a_large_message)
{
	struct mem *app, *m;

	pump_init(&p, 0, 0);
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	m = p.gateway.mems[0];
	ck_assert_uint_eq(p.gateway.budget.used, CREDIT_START);
	mem_fill(app, 1000);
	pump_run(&p);
	take_whole(m, 1000);
	mem_fill(app, MOST - 1);
	pump_run(&p);
	take_all(&m, 1, MOST);
	ck_assert_uint_eq(buf_len(&m->chan->backlog), MOST - 1);
	ck_assert_uint_ge(p.gateway.budget.used, MOST);
	mem_fill(app, 1);
	pump_run(&p);
	take_all(&m, 1, MOST);
	ck_assert(mem_matches(m, 1000 + MOST));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The OPEN with its credit was sent before the plugin asks for more. */
START_TEST(a_large_message_for_the_opener)
{
	struct mem *m;

	pump_init(&p, 0, 0);
	m = mem_open(&p.gateway, NULL);
	m->room = 0;
	pump_run(&p);
	mem_fill(p.agent.mems[0], MOST);
	pump_run(&p);
	take_all(&m, 1, MOST);
	ck_assert(mem_matches(m, MOST));
	pump_fini(&p);
	mem_free(m);
}
END_TEST

/* RETURNED is on its way when more is wanted: what the peer may send is never less
 * than what it was told. */
START_TEST(more_is_wanted_while_credit_returns)
{
	uint8_t returned[FRAME_MAX];
	struct iovec rec;
	struct mem *app, *m;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 200000);
	pump_run(&p);
	m = p.gateway.mems[0];
	m->room = 0;
	m->chan->asked_back = true;
	chan_owe(m->chan, OWE_RETURN);
	pump_turn(&p, &p.gateway, &p.agent);
	ck_assert(session_next(p.agent.s, &rec));
	memcpy(returned, rec.iov_base, rec.iov_len);
	mem_fill(app, 10000);
	pump_turn(&p, &p.agent, &p.gateway);
	chan_want(m->chan, MOST);
	pump_turn(&p, &p.gateway, &p.agent);
	ck_assert_int_eq(session_input(p.gateway.s, returned, rec.iov_len), 0);
	session_input_done(p.gateway.s);
	mem_fill(app, 10 * MOST);
	pump_run(&p);
	take_all(&m, 1, MOST);
	ck_assert_uint_ge(buf_len(&m->out), 200000 + 10 * MOST);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Each has a part of a message, and the memory is used up: one of them exceeds
 * it, is whole, gives it back, and so all come to their end. */
START_TEST(parts_of_messages_fill_the_memory)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.gateway.budget.limit = SOME * CREDIT_START;
	p.gateway.room = 0;
	open_some(m);
	for (int i = 0; i < SOME; i++)
		mem_fill(m[i], MOST - 1000);
	pump_run(&p);
	for (int i = 0; i < SOME; i++)
		take_whole(p.gateway.mems[i], MOST);
	ck_assert_uint_eq(session_crowd(p.gateway.s), SOME - 1);
	ck_assert_uint_le(p.gateway.budget.used, SOME * CREDIT_START + MOST);
	for (int i = 0; i < 20 && session_crowd(p.gateway.s); i++) {
		take_all(p.gateway.mems, SOME, MOST);
		ck_assert_uint_le(p.gateway.budget.used,
				  SOME * CREDIT_START + MOST);
		pump_wait(&p, 1000000);
	}
	for (int i = 0; i < SOME; i++)
		ck_assert(mem_matches(p.gateway.mems[i], MOST));
	end_some(m);
}
END_TEST

static unsigned rooms;

static void on_room(struct chan *c)
{
	(void)c;
	rooms++;
}

/* Bytes that a local end keeps are charged, and it is told when there is
 * room. */
START_TEST(what_is_kept_counts)
{
	struct chan_ops ops;
	struct mem *m[SOME];
	struct chan *c;

	pump_init(&p, 0, 0);
	open_some(m);
	p.gateway.budget.limit = SOME * CREDIT_START + 1000;
	c = p.gateway.mems[0]->chan;
	ops = *c->ops;
	ops.room = on_room;
	chan_attach(c, &ops, p.gateway.mems[0]);
	chan_keep(c, 1000);
	ck_assert_uint_eq(p.gateway.budget.used, SOME * CREDIT_START + 1000);
	ck_assert(!chan_may_keep(c, false));
	ck_assert(chan_may_keep(p.gateway.mems[1]->chan, false));
	ck_assert(chan_may_keep(c, true));
	ck_assert_uint_eq(rooms, 0);
	mem_reset(m[1]);
	pump_run(&p);
	ck_assert_uint_eq(rooms, 1);
	ck_assert(chan_may_keep(c, false));
	chan_keep(c, 0);
	ck_assert_uint_eq(p.gateway.budget.used, (SOME - 1) * CREDIT_START);
	chan_keep(c, 5000);
	end_some(m);
}
END_TEST

SUITE("credit", grows_while_it_is_used_up, a_slow_reader_gets_no_more,
      the_opener_waits, the_answerer_waits, two_budgets,
      a_pool_of_several_threads, those_that_wait_move,
      grows_over_a_long_round_trip, stuck_readers_stay_within_the_budget,
      a_large_window_gives_way, idle_channels_give_it_back, a_large_message,
      a_large_message_for_the_opener, more_is_wanted_while_credit_returns,
      parts_of_messages_fill_the_memory, what_is_kept_counts)
