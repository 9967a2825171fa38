/* SPDX-License-Identifier: BSD-2-Clause */
/* credit_test.c - windows grow, are charged, come back; turns are fair. */
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

START_TEST(refused_when_not_even_the_start_fits)
{
	struct mem *m[8];
	unsigned n = 0;

	/* Half of a session's memory is for its log. */
	pump_init(&p, 8 * CREDIT_START, 0);
	while (n < 8 && (m[n] = mem_open(&p.agent, NULL)))
		n++;
	ck_assert_uint_eq(n, 4);
	pump_fini(&p);
	while (n)
		mem_free(m[--n]);
}
END_TEST

/* The answerer refuses too, and the session goes on. */
START_TEST(refused_by_the_other_side)
{
	struct mem *m[5];

	pump_init(&p, 0, 0);
	p.gateway.budget.limit = 4 * CREDIT_START;
	for (int i = 0; i < 5; i++)
		m[i] = mem_open(&p.agent, NULL);
	mem_fill(m[4], 1000);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.nmems, 4);
	ck_assert(m[4]->closed && m[0]->opened);
	ck_assert_uint_eq(m[4]->reason, REASON_LIMIT);
	mem_reset(m[0]);
	pump_run(&p);
	mem_free(m[4]);
	m[4] = mem_open(&p.agent, NULL);
	pump_run(&p);
	ck_assert(m[4]->opened);
	pump_fini(&p);
	for (int i = 0; i < 5; i++)
		mem_free(m[i]);
}
END_TEST

/* The whole process's budget counts as well. */
START_TEST(two_budgets)
{
	struct mem *m[8];
	unsigned n = 0;

	pump_init(&p, 0, 0);
	p.agent.budget.limit = 3 * CREDIT_START;
	while (n < 8 && (m[n] = mem_open(&p.agent, NULL)))
		n++;
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(p.agent.budget.used, 3 * CREDIT_START);
	pump_fini(&p);
	ck_assert_uint_eq(p.agent.budget.used, 0);
	while (n)
		mem_free(m[--n]);
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

START_TEST(a_floor_for_large_messages)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	p.gateway.late = true;
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 200000);
	pump_run(&p);
	chan_set_floor(p.gateway.mems[0]->chan, 65536);
	chan_accept(p.gateway.mems[0]->chan, &(struct addr){ 0 });
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&app->in), 200000 - 65536);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* A small message is consumed; the largest must still fit behind it. */
START_TEST(a_large_message_behind_a_small_one)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	p.gateway.late = true;
	p.gateway.room = 1000;
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	chan_set_floor(p.gateway.mems[0]->chan, 65536);
	chan_accept(p.gateway.mems[0]->chan, &(struct addr){ 0 });
	mem_fill(app, 200000);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&app->in), 200000 - 1000 - 65536);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The floor comes when OPEN, with its credit, has gone already. */
START_TEST(a_floor_for_the_opener)
{
	struct iovec rec;
	struct mem *m;

	pump_init(&p, 0, 0);
	m = mem_open(&p.gateway, NULL);
	m->room = 0;
	chan_set_floor(m->chan, 40000);
	pump_run(&p);
	mem_fill(p.agent.mems[0], 200000);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&p.agent.mems[0]->in), 200000 - 40000);
	chan_set_floor(m->chan, 65536);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&p.agent.mems[0]->in), 200000 - 65536);
	ck_assert(!session_next(p.gateway.s, &rec));
	pump_fini(&p);
	mem_free(m);
}
END_TEST

/* RETURNED is on its way when a floor is asked for: what the peer may send is
 * never less than what it was told. */
START_TEST(a_floor_while_credit_returns)
{
	uint8_t returned[FRAME_MAX];
	struct iovec rec;
	struct mem *app;
	struct chan *c;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	for (int i = 0; i < 50; i++) {
		mem_fill(app, 200000);
		pump_run(&p);
	}
	c = p.gateway.mems[0]->chan;
	p.gateway.mems[0]->room = 0;
	c->asked_back = true;
	chan_owe(c, OWE_RETURN);
	pump_turn(&p, &p.gateway, &p.agent);
	ck_assert(session_next(p.agent.s, &rec));
	memcpy(returned, rec.iov_base, rec.iov_len);
	chan_set_floor(c, c->window + 100000);
	pump_turn(&p, &p.gateway, &p.agent);
	ck_assert_int_eq(session_input(p.gateway.s, returned, rec.iov_len), 0);
	session_input_done(p.gateway.s);
	mem_fill(app, 2 << 20);
	pump_run(&p);
	ck_assert_uint_ge(buf_len(&c->backlog), c->floor);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Bytes of each channel in the next `n` records. */
static void shares(size_t share[8], unsigned n)
{
	struct iovec rec;
	struct frame f;
	const char *why;

	memset(share, 0, 8 * sizeof *share);
	while (n-- && session_next(p.agent.s, &rec)) {
		const uint8_t *at = rec.iov_base, *end = at + rec.iov_len;

		for (; at < end; at += FRAME_HEADER + f.len) {
			ck_assert_int_eq(frame_unpack(&f, at, &why), 0);
			if (f.command == FRAME_DATA && f.client_id < 8)
				share[f.client_id] += f.len;
		}
	}
}

START_TEST(busy_channels_share)
{
	struct mem *m[4];
	size_t share[8];

	pump_init(&p, 0, 0);
	for (int i = 0; i < 4; i++)
		m[i] = mem_open(&p.agent, NULL);
	/* Windows grow first, all alike. */
	for (int i = 0; i < 40; i++) {
		for (int j = 0; j < 4; j++)
			mem_fill(m[j], 100000);
		pump_run(&p);
	}
	for (int j = 0; j < 4; j++)
		mem_fill(m[j], 1000000);
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 4; j++)
			chan_readable(m[j]->chan);
	shares(share, 8);
	for (int j = 1; j <= 4; j++)
		ck_assert_uint_ge(share[j], FRAME_PAYLOAD_MAX);
	pump_fini(&p);
	for (int i = 0; i < 4; i++)
		mem_free(m[i]);
}
END_TEST

/* A keystroke goes before bulk data that waits longer. */
START_TEST(quiet_before_busy)
{
	struct mem *bulk, *quiet;
	struct iovec rec;
	struct frame f;
	const char *why;

	pump_init(&p, 0, 0);
	bulk = mem_open(&p.agent, NULL);
	quiet = mem_open(&p.agent, NULL);
	pump_run(&p);
	for (int i = 0; i < 20; i++) {
		mem_fill(bulk, 100000);
		pump_run(&p);
	}
	mem_fill(bulk, 1000000);
	mem_write(quiet, "k", 1);
	ck_assert(session_next(p.agent.s, &rec));
	ck_assert_int_eq(frame_unpack(&f, rec.iov_base, &why), 0);
	ck_assert_uint_eq(f.client_id, 2);
	ck_assert_uint_eq(f.len, 1);
	pump_fini(&p);
	mem_free(bulk);
	mem_free(quiet);
}
END_TEST

SUITE("credit", grows_while_it_is_used_up, a_slow_reader_gets_no_more,
      refused_when_not_even_the_start_fits, refused_by_the_other_side,
      two_budgets, grows_over_a_long_round_trip,
      stuck_readers_stay_within_the_budget, a_large_window_gives_way,
      idle_channels_give_it_back, a_floor_for_large_messages,
      a_large_message_behind_a_small_one, a_floor_for_the_opener,
      a_floor_while_credit_returns,
      busy_channels_share, quiet_before_busy)
