/* SPDX-License-Identifier: BSD-2-Clause */
/* session_test.c - channels between two sessions in memory: bytes, ends,
 * refusals, urgent data, credit. */
#include "channel/pump.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

static struct pump p;

static void start(void)
{
	pump_init(&p, 0, 0);
}

static struct mem *server(void)
{
	ck_assert_uint_gt(p.gateway.nmems, 0);
	return p.gateway.mems[p.gateway.nmems - 1];
}

START_TEST(bytes_both_ways)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 3000000);
	pump_run(&p);
	ck_assert(app->opened);
	mem_fill(server(), 2000000);
	pump_run(&p);
	ck_assert(mem_matches(server(), 3000000));
	ck_assert(mem_matches(app, 2000000));
	mem_fin(app);
	pump_run(&p);
	ck_assert(server()->got_fin);
	ck_assert(!server()->closed);
	mem_fin(server());
	pump_run(&p);
	ck_assert(app->got_fin && app->closed && server()->closed);
	ck_assert_uint_eq(app->reason, REASON_NONE);
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	/* The last ACK comes, then the logs rest. */
	pump_wait(&p, ACK_DELAY_US);
	pump_wait(&p, 2000000);
	ck_assert_uint_eq(p.agent.budget.used, 0);
	ck_assert_uint_eq(p.gateway.budget.used, 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(half_close_then_bytes)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	mem_fin(app);
	pump_run(&p);
	ck_assert(server()->got_fin);
	mem_fill(server(), 500000);
	pump_run(&p);
	ck_assert(mem_matches(app, 500000));
	ck_assert(!app->got_fin && !app->closed);
	mem_fin(server());
	pump_run(&p);
	ck_assert(app->got_fin && app->closed && server()->closed);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(nothing_at_all)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	mem_fin(app);
	pump_run(&p);
	mem_fin(server());
	pump_run(&p);
	ck_assert(app->closed && server()->closed);
	ck_assert_uint_eq(app->reason, REASON_NONE);
	ck_assert_uint_eq(buf_len(&app->out) + buf_len(&server()->out), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(refused)
{
	struct mem *app;

	start();
	p.gateway.refuse = true;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 100000);
	pump_run(&p);
	ck_assert(app->closed && !app->opened);
	ck_assert_uint_eq(app->reason, REASON_REFUSED);
	ck_assert_str_eq(app->text, "nobody listens");
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Before OPENED, 16 KiB may follow OPEN and no more; they are not lost. */
START_TEST(late_answer)
{
	struct addr local = { 0 };
	struct mem *app;

	start();
	p.gateway.late = true;
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 100000);
	pump_run(&p);
	ck_assert(!app->opened);
	ck_assert_uint_eq(buf_len(&app->in), 100000 - CREDIT_START);
	server()->room = SIZE_MAX;
	chan_accept(server()->chan, &local);
	pump_run(&p);
	ck_assert(app->opened);
	ck_assert(mem_matches(server(), 100000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(closed_before_the_answer)
{
	struct mem *app;

	start();
	p.gateway.late = true;
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	mem_reset(app);
	pump_run(&p);
	ck_assert(app->closed && server()->closed);
	ck_assert_uint_eq(server()->reason, REASON_PEER_RESET);
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* OPENED and the first bytes cross with a reset that has not left yet. */
START_TEST(closed_while_the_answer_comes)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	pump_turn(&p, &p.agent, &p.gateway);
	mem_fill(server(), 1000);
	chan_reset(app->chan, REASON_STOPPED, NULL);
	pump_turn(&p, &p.gateway, &p.agent);
	pump_run(&p);
	ck_assert(app->closed && server()->closed);
	ck_assert_uint_eq(buf_len(&app->out), 0);
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* One that ends before its OPEN is packed is never sent. */
START_TEST(never_sent)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	chan_reset(app->chan, REASON_STOPPED, NULL);
	pump_run(&p);
	ck_assert(app->closed);
	ck_assert_uint_eq(p.agent.wire_bytes, 0);
	ck_assert_uint_eq(p.gateway.nmems, 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(reset_behind_bytes)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	mem_fill(server(), 70000);
	mem_reset(server());
	pump_run(&p);
	ck_assert(app->closed && server()->closed);
	ck_assert_uint_eq(app->reason, REASON_PEER_RESET);
	ck_assert(mem_matches(app, 70000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(resets_cross)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	chan_reset(app->chan, REASON_STOPPED, "stop");
	chan_reset(server()->chan, REASON_ADMIN, "kick");
	pump_run(&p);
	ck_assert_uint_eq(app->reason, REASON_STOPPED);
	ck_assert_uint_eq(server()->reason, REASON_ADMIN);
	ck_assert_uint_eq(session_channels(p.agent.s), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(urgent_at_its_place)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	app->urgent_in = 50001;
	mem_fill(app, 90000);
	pump_run(&p);
	ck_assert(mem_matches(server(), 90000));
	ck_assert_uint_eq(server()->urgent_out, 50001);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Urgent bytes wait in the backlog like others, and keep their place. */
START_TEST(urgent_behind_a_slow_reader)
{
	struct mem *app;

	start();
	p.gateway.room = 10;
	app = mem_open(&p.agent, NULL);
	app->urgent_in = 5000;
	mem_fill(app, 9000);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&server()->out), 10);
	server()->room = 3000;
	pump_run(&p);
	ck_assert_uint_eq(server()->urgent_out, 0);
	server()->room = SIZE_MAX;
	pump_run(&p);
	ck_assert(mem_matches(server(), 9000));
	ck_assert_uint_eq(server()->urgent_out, 5000);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* A reader that stands still stops its own sender only, within its credit. */
START_TEST(stuck_reader)
{
	struct mem *app, *other, *stuck;

	start();
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000000);
	mem_fin(app);
	pump_run(&p);
	stuck = server();
	ck_assert_uint_eq(buf_len(&app->in), 1000000 - CREDIT_START);
	p.gateway.room = SIZE_MAX;
	other = mem_open(&p.agent, NULL);
	mem_fill(other, 1000000);
	pump_run(&p);
	ck_assert(mem_matches(server(), 1000000));
	stuck->room = SIZE_MAX;
	pump_run(&p);
	ck_assert(mem_matches(stuck, 1000000));
	ck_assert(stuck->got_fin);
	pump_fini(&p);
	mem_free(app);
	mem_free(other);
}
END_TEST

/* FIN is seen although there is no credit left. */
START_TEST(reset_without_credit)
{
	struct mem *app;

	start();
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, CREDIT_START);
	pump_run(&p);
	mem_reset(app);
	pump_run(&p);
	ck_assert(app->closed && server()->closed);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(reverse_channel)
{
	struct open o = { .resource = 7,
			  .expectation = 3,
			  .dest = { "127.0.0.1", 40000 },
			  .real = true };
	struct mem *m;

	start();
	m = mem_open(&p.gateway, &o);
	mem_fill(m, 40000);
	pump_run(&p);
	ck_assert(m->opened);
	ck_assert_uint_eq(p.agent.nmems, 1);
	ck_assert_uint_eq(p.agent.mems[0]->asked.expectation, 3);
	ck_assert(p.agent.mems[0]->asked.real);
	ck_assert(mem_matches(p.agent.mems[0], 40000));
	pump_fini(&p);
	mem_free(m);
}
END_TEST

START_TEST(posted_frames_and_pings)
{
	uint8_t bytes[4] = { 0, 0, 0, 9 };
	struct iovec iov = { bytes, 4 };

	start();
	ck_assert_int_eq(session_post(p.gateway.s, FRAME_CANCEL, 0, NULL, &iov),
			 0);
	ck_assert_int_eq(session_post(p.gateway.s, FRAME_RESOURCES, FLAG_FIRST,
				      NULL, &iov),
			 0);
	ck_assert_int_eq(session_post(p.gateway.s, FRAME_RESOURCES,
				      FLAG_FIRST | FLAG_LAST, NULL, &iov),
			 0);
	session_ping(p.gateway.s);
	pump_run(&p);
	ck_assert_uint_eq(p.agent.frames, 2);
	ck_assert_uint_eq(p.agent.last.flags, FLAG_FIRST | FLAG_LAST);
	ck_assert_uint_gt(session_rtt(p.gateway.s), 0);
	iov.iov_len = FRAME_PAYLOAD_MAX + 1;
	ck_assert_int_ne(session_post(p.gateway.s, FRAME_CANCEL, 0, NULL, &iov),
			 0);
	pump_fini(&p);
}
END_TEST

static int post_without_hurry(struct side *side)
{
	struct iovec none = { "", 0 };
	int ret;

	session_unhurried(side->s, true);
	ret = session_post(side->s, FRAME_EXPECTED, 0, NULL, &none);
	session_unhurried(side->s, false);
	return ret;
}

/* OPENED goes with the next frame, before it, or alone after a while. */
START_TEST(no_hurry)
{
	struct mem *app;

	start();
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, 0);
	mem_fill(app, 1);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, 2);
	ck_assert(mem_matches(server(), 1));

	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, 2);
	ck_assert_uint_le(session_deadline(p.agent.s), p.now + 2000);
	pump_wait(&p, 2000);
	ck_assert_uint_eq(p.gateway.frames, 3);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* OPENED does not delay frames that wait already, nor a new tunnel. */
START_TEST(no_hurry_but_others_have)
{
	struct iovec none = { "", 0 };

	start();
	ck_assert_int_eq(
		session_post(p.agent.s, FRAME_EXPECTED, 0, NULL, &none), 0);
	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, 2);
	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	pump_detach(&p);
	ck_assert_uint_gt(session_deadline(p.agent.s), p.now + 2000);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, 3);
	pump_fini(&p);
}
END_TEST

/* Bytes of a transfer may wait; keystrokes and control frames may not. */
START_TEST(hurries)
{
	struct mem *bulk, *typed;
	struct iovec record;

	start();
	bulk = mem_open(&p.agent, NULL);
	typed = mem_open(&p.agent, NULL);
	ck_assert(session_hurries(p.agent.s));
	pump_run(&p);
	ck_assert(!session_hurries(p.agent.s));
	mem_fill(bulk, 3000000);
	ck_assert(session_hurries(p.agent.s));
	for (int i = 0; i < 3; i++) {
		pump_turn(&p, &p.agent, &p.gateway);
		pump_turn(&p, &p.gateway, &p.agent);
	}
	chan_readable(bulk->chan);
	ck_assert(!session_hurries(p.agent.s));
	mem_fill(typed, 1);
	ck_assert(session_hurries(p.agent.s));
	ck_assert(session_next(p.agent.s, &record));
	ck_assert(!session_hurries(p.agent.s));
	ck_assert(session_next(p.agent.s, &record));
	ck_assert_int_eq(post_without_hurry(&p.agent), 0);
	ck_assert(session_hurries(p.agent.s));
	pump_fini(&p);
	mem_free(bulk);
	mem_free(typed);
}
END_TEST

static struct mem *asked_without_hurry(size_t said)
{
	struct addr local = { 0 };
	struct mem *app;

	start();
	p.gateway.late = true;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, said);
	pump_run(&p);
	session_unhurried(p.gateway.s, true);
	chan_accept(server()->chan, &local);
	session_unhurried(p.gateway.s, false);
	pump_run(&p);
	ck_assert(!app->opened);
	return app;
}

/* The server's answer does not wait behind a delayed OPENED. */
START_TEST(no_hurry_but_for_the_answer)
{
	struct mem *app = asked_without_hurry(10);

	mem_fill(server(), 100);
	pump_run(&p);
	ck_assert(app->opened);
	ck_assert(mem_matches(app, 100));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* An application that needs more credit does not wait for a delayed OPENED. */
START_TEST(no_hurry_but_for_credit)
{
	struct mem *app = asked_without_hurry(100);

	mem_fill(app, 100000);
	pump_run(&p);
	ck_assert(app->opened);
	ck_assert(mem_matches(server(), 100100));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

SUITE("session", hurries, no_hurry_but_for_the_answer, no_hurry_but_for_credit,
      no_hurry, no_hurry_but_others_have, bytes_both_ways,
      half_close_then_bytes, nothing_at_all, refused, late_answer,
      closed_before_the_answer, closed_while_the_answer_comes, never_sent,
      reset_behind_bytes, resets_cross, urgent_at_its_place,
      urgent_behind_a_slow_reader, stuck_reader, reset_without_credit,
      reverse_channel, posted_frames_and_pings)
