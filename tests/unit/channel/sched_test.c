/* SPDX-License-Identifier: BSD-2-Clause */
/* sched_test.c - whose bytes go next: busy channels take turns, quiet ones go
 * before them. */
#include "channel/chan.h"
#include "channel/pump.h"

#include <string.h>

#include "suite.h"

static struct pump p;

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

static unsigned spent;

static void note_spent(struct session *s)
{
	(void)s;
	spent++;
}

/* Until the pump has nothing to move. */
static void run_limited(struct allowance *into, struct allowance *out_of)
{
	static struct session_ops agent, gateway;

	spent = 0;
	agent = *p.agent.s->ops;
	gateway = *p.gateway.s->ops;
	agent.spent = gateway.spent = note_spent;
	p.agent.s->ops = &agent;
	p.gateway.s->ops = &gateway;
	session_limit(p.agent.s, into, NULL);
	session_limit(p.gateway.s, NULL, out_of);
	pump_run(&p);
}

START_TEST(a_sender_keeps_to_its_allowance)
{
	struct allowance a = { .given = 5000 };
	struct mem *m;

	pump_init(&p, 0, 0);
	m = mem_open(&p.agent, NULL);
	mem_fill(m, 16000);
	run_limited(&a, NULL);
	ck_assert(a.used >= 5000 && a.used <= 5000 + 4096);
	ck_assert_uint_gt(spent, 0);
	ck_assert_uint_eq(buf_len(&p.gateway.mems[0]->out), (size_t)a.used);
	a.given += 20000;
	session_fed(p.agent.s);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&p.gateway.mems[0]->out), 16000);
	pump_fini(&p);
	mem_free(m);
}
END_TEST

/* What came is kept, and written when it may be; the end comes behind it. */
START_TEST(a_receiver_keeps_to_its_allowance)
{
	struct allowance a = { .given = 1 };
	struct mem *m, *far;

	pump_init(&p, 0, 0);
	m = mem_open(&p.agent, NULL);
	pump_run(&p);
	mem_fill(m, 15000);
	run_limited(NULL, &a);
	far = p.gateway.mems[0];
	ck_assert_int_eq(a.used, 15000);
	mem_fill(m, 14000);
	mem_fin(m);
	pump_run(&p);
	ck_assert_uint_gt(spent, 0);
	ck_assert_uint_eq(buf_len(&far->out), 15000);
	ck_assert(!far->got_fin);
	session_fed(p.gateway.s);
	ck_assert_uint_eq(buf_len(&far->out), 15000);
	session_limit(p.gateway.s, NULL, NULL);
	session_fed(p.gateway.s);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&far->out), 29000);
	ck_assert(far->got_fin);
	pump_fini(&p);
	mem_free(m);
}
END_TEST

/* So that much of each can wait at the other end. */
static void windows_grow(struct mem *one, struct mem *two)
{
	for (int i = 0; i < 20; i++) {
		mem_fill(one, 100000);
		mem_fill(two, 100000);
		pump_run(&p);
	}
}

/* One that has much to be written does not keep the others waiting until it is
 * through, and a short one is first. */
START_TEST(receivers_share_an_allowance)
{
	struct allowance a = { .given = 0 };
	struct mem *m[3], *far[3];
	size_t had;

	pump_init(&p, 0, 0);
	for (int i = 0; i < 3; i++)
		m[i] = mem_open(&p.agent, NULL);
	pump_run(&p);
	for (int i = 0; i < 3; i++)
		far[i] = p.gateway.mems[i];
	windows_grow(m[0], m[1]);
	had = buf_len(&far[0]->out);
	ck_assert_uint_eq(buf_len(&far[1]->out), had);
	run_limited(NULL, &a);
	mem_fill(m[0], 60000);
	mem_fill(m[1], 60000);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&far[0]->chan->backlog), 60000);
	ck_assert_uint_eq(buf_len(&far[1]->chan->backlog), 60000);
	for (size_t turn = 1; turn <= 3; turn++) {
		spent = 0;
		a.given += 2 * 16384;
		session_fed(p.gateway.s);
		ck_assert_uint_eq(buf_len(&far[0]->out), had + turn * 16384);
		ck_assert_uint_eq(buf_len(&far[1]->out), had + turn * 16384);
		ck_assert_uint_gt(spent, 0);
	}
	mem_fill(m[2], 100);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&far[2]->out), 0);
	a.given += 100;
	session_fed(p.gateway.s);
	ck_assert_uint_eq(buf_len(&far[2]->out), 100);
	a.given += 60000;
	session_fed(p.gateway.s);
	ck_assert_uint_eq(buf_len(&far[0]->out), had + 60000);
	ck_assert_uint_eq(buf_len(&far[1]->out), had + 60000);
	pump_fini(&p);
	for (int i = 0; i < 3; i++)
		mem_free(m[i]);
}
END_TEST

/* A channel that ends while it waits is not written to. */
START_TEST(a_channel_ends_while_it_waits)
{
	struct allowance a = { .given = 0 };
	struct mem *m;

	pump_init(&p, 0, 0);
	m = mem_open(&p.agent, NULL);
	mem_fill(m, 1000);
	run_limited(NULL, &a);
	chan_reset(p.gateway.mems[0]->chan, REASON_ADMIN, NULL);
	a.given = 5000;
	session_fed(p.gateway.s);
	pump_run(&p);
	ck_assert_int_eq(a.used, 0);
	pump_fini(&p);
	mem_free(m);
}
END_TEST

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
	shares(share, 12);
	for (int j = 1; j <= 4; j++)
		ck_assert_uint_ge(share[j], FRAME_PAYLOAD_MAX);
	pump_fini(&p);
	for (int i = 0; i < 4; i++)
		mem_free(m[i]);
}
END_TEST

/* On a fast network a turn is two reads of four frames, where there is so much
 * to read. */
START_TEST(a_turn_of_two_reads)
{
	struct mem *m[2];
	size_t share[8];

	pump_init(&p, 0, 0);
	for (int i = 0; i < 2; i++)
		m[i] = mem_open(&p.agent, NULL);
	for (int i = 0; i < 40; i++) {
		for (int j = 0; j < 2; j++)
			mem_fill(m[j], 100000);
		pump_run(&p);
	}
	session_set_target(p.agent.s, 131072);
	for (int j = 0; j < 2; j++) {
		m[j]->has_more = true;
		mem_fill(m[j], 8 * FRAME_PAYLOAD_MAX + 1);
	}
	/* The first read is what the chunk of the log has room for. */
	shares(share, 8);
	ck_assert_uint_gt(share[1], 4 * FRAME_PAYLOAD_MAX);
	ck_assert_uint_eq(share[2], 0);
	shares(share, 8);
	ck_assert_uint_eq(share[1], 0);
	ck_assert_uint_eq(share[2], 8 * FRAME_PAYLOAD_MAX);
	/* What is left has not been forgotten. */
	shares(share, 8);
	for (int j = 0; j < 2; j++)
		ck_assert_uint_eq(buf_len(&m[j]->in), 0);
	pump_fini(&p);
	for (int i = 0; i < 2; i++)
		mem_free(m[i]);
}
END_TEST

/* What the records carry until there is nothing more: bytes of DATA of the
 * second channel, and of all others. */
static void next_hurried(size_t *quiet, size_t *others)
{
	struct iovec rec;
	struct frame f;
	const char *why;

	*quiet = *others = 0;
	while (session_next_hurried(p.agent.s, &rec)) {
		const uint8_t *at = rec.iov_base, *end = at + rec.iov_len;

		for (; at < end; at += FRAME_HEADER + f.len) {
			ck_assert_int_eq(frame_unpack(&f, at, &why), 0);
			if (f.command == FRAME_DATA)
				*(f.client_id == 2 ? quiet : others) += f.len;
		}
	}
}

/* While a transfer must wait, a keystroke does not take bytes of it along, nor
 * does a control frame. */
START_TEST(quiet_alone)
{
	struct mem *bulk, *quiet;
	size_t typed, others;

	pump_init(&p, 0, 0);
	bulk = mem_open(&p.agent, NULL);
	quiet = mem_open(&p.agent, NULL);
	pump_run(&p);
	for (int i = 0; i < 20; i++) {
		mem_fill(bulk, 100000);
		pump_run(&p);
	}
	mem_fill(bulk, 1000000);
	next_hurried(&typed, &others);
	ck_assert_uint_eq(typed + others, 0);
	mem_write(quiet, "k", 1);
	ck_assert(session_hurries(p.agent.s));
	next_hurried(&typed, &others);
	ck_assert_uint_eq(typed, 1);
	ck_assert_uint_eq(others, 0);
	chan_owe(bulk->chan, OWE_WINDOW);
	ck_assert(session_hurries(p.agent.s));
	next_hurried(&typed, &others);
	ck_assert_uint_eq(typed + others, 0);
	ck_assert(!session_hurries(p.agent.s));
	pump_fini(&p);
	mem_free(bulk);
	mem_free(quiet);
}
END_TEST

/* A keystroke that was packed behind bytes of a transfer hurries until it is
 * sent. */
START_TEST(quiet_behind_packed)
{
	struct mem *bulk, *quiet;
	struct iovec rec;
	size_t typed, others;

	pump_init(&p, 0, 0);
	bulk = mem_open(&p.agent, NULL);
	quiet = mem_open(&p.agent, NULL);
	pump_run(&p);
	for (int i = 0; i < 20; i++) {
		mem_fill(bulk, 100000);
		pump_run(&p);
	}
	mem_fill(bulk, 1000000);
	ck_assert(session_next(p.agent.s, &rec));
	ck_assert_uint_lt(p.agent.s->log.sent, p.agent.s->log.end);
	ck_assert(!session_hurries(p.agent.s));
	mem_write(quiet, "k", 1);
	ck_assert(session_next_hurried(p.agent.s, &rec));
	while (session_hurries(p.agent.s))
		ck_assert(session_next_hurried(p.agent.s, &rec));
	ck_assert_uint_eq(quiet->chan->sent, 1);
	ck_assert_uint_eq(p.agent.s->log.sent, p.agent.s->log.end);
	next_hurried(&typed, &others);
	ck_assert_uint_eq(typed + others, 0);
	pump_fini(&p);
	mem_free(bulk);
	mem_free(quiet);
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

SUITE("sched", a_sender_keeps_to_its_allowance,
      a_receiver_keeps_to_its_allowance, a_channel_ends_while_it_waits,
      receivers_share_an_allowance, busy_channels_share, a_turn_of_two_reads,
      quiet_alone, quiet_behind_packed, quiet_before_busy)
