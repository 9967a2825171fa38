/* SPDX-License-Identifier: BSD-2-Clause */
/* log_test.c - the session log: acknowledged, limited, sent again. */
#include "channel/chan.h"
#include "channel/pump.h"

#include "base/err.h"

#include <string.h>

#include "suite.h"

static void put(struct slog *l, uint16_t len, uint8_t fill)
{
	struct frame f = { .command = FRAME_DATA, .len = len };
	size_t room, n = FRAME_HEADER + (size_t)len;
	uint8_t *p = slog_room(l, n, &room);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_ge(room, n);
	frame_pack(p, &f);
	memset(p + FRAME_HEADER, fill, len);
	slog_commit(l, n);
}

START_TEST(records_hold_whole_frames)
{
	struct slog l;
	struct iovec r;

	slog_init(&l);
	ck_assert(!slog_next(&l, &r));
	put(&l, 100, 1);
	put(&l, FRAME_PAYLOAD_MAX, 2);
	put(&l, 50, 3);
	ck_assert(slog_next(&l, &r));
	ck_assert_uint_eq(r.iov_len, 120);
	ck_assert(slog_next(&l, &r));
	ck_assert_uint_eq(r.iov_len, FRAME_MAX);
	ck_assert(slog_next(&l, &r));
	ck_assert_uint_eq(r.iov_len, 70);
	ck_assert(!slog_next(&l, &r));
	slog_fini(&l);
}
END_TEST

START_TEST(acknowledged_at_boundaries_only)
{
	struct slog l;
	struct iovec r;

	slog_init(&l);
	put(&l, 100, 1);
	put(&l, 200, 2);
	ck_assert_int_eq(slog_ack(&l, 120), ERR_PROTO); /* not sent */
	while (slog_next(&l, &r))
		;
	ck_assert_int_eq(slog_ack(&l, 119), ERR_PROTO);
	ck_assert_int_eq(slog_ack(&l, 120), 0);
	ck_assert_int_eq(slog_ack(&l, 120), 0);
	ck_assert_int_eq(slog_ack(&l, 119), ERR_PROTO); /* backwards */
	ck_assert_int_eq(slog_ack(&l, 341), ERR_PROTO);
	ck_assert_int_eq(slog_ack(&l, UINT64_MAX), ERR_PROTO);
	ck_assert_int_eq(slog_ack(&l, 340), 0);
	ck_assert_uint_eq(slog_held(&l), 0);
	slog_rest(&l);
	ck_assert_ptr_null(l.first);
	put(&l, 10, 1);
	ck_assert(slog_next(&l, &r));
	ck_assert_int_eq(slog_ack(&l, 370), 0);
	slog_fini(&l);
}
END_TEST

/* Many chunks, acknowledged and sent again at every frame. */
START_TEST(sent_again_from_anywhere)
{
	enum { N = 60 };
	struct slog l;
	struct iovec r;
	uint64_t at = 0, sum;

	slog_init(&l);
	for (unsigned i = 0; i < N; i++)
		put(&l, (uint16_t)(i * 270 % FRAME_PAYLOAD_MAX), (uint8_t)i);
	while (slog_next(&l, &r))
		;
	for (unsigned i = 0; i < N; i++) {
		slog_rewind(&l);
		sum = l.base;
		while (slog_next(&l, &r))
			sum += r.iov_len;
		ck_assert_uint_eq(sum, l.end);
		at += FRAME_HEADER + i * 270 % FRAME_PAYLOAD_MAX;
		ck_assert_int_eq(slog_ack(&l, at), 0);
		put(&l, 5, 0xff);
		ck_assert(slog_next(&l, &r));
	}
	slog_fini(&l);
}
END_TEST

/* A chunk that was sent to its end and acknowledged is used again: the next
 * frame to send is not looked for in it. */
START_TEST(used_chunks_are_left)
{
	struct slog l;
	struct iovec r;

	slog_init(&l);
	for (int i = 0; i < 4; i++)
		put(&l, FRAME_PAYLOAD_MAX, 1);
	while (slog_next(&l, &r))
		;
	put(&l, 100, 2);
	ck_assert_int_eq(slog_ack(&l, 4 * FRAME_MAX), 0);
	for (int i = 0; i < 4; i++)
		put(&l, FRAME_PAYLOAD_MAX, 3);
	ck_assert(slog_next(&l, &r));
	ck_assert_uint_eq(r.iov_len, 120);
	ck_assert_uint_eq(((uint8_t *)r.iov_base)[FRAME_HEADER], 2);
	slog_fini(&l);
}
END_TEST

/* Of the chunks that were acknowledged some are kept, until the session
 * rests. */
START_TEST(spare_chunks)
{
	struct slog l;
	struct iovec r;

	slog_init(&l);
	for (int i = 0; i < 4 * 40; i++)
		put(&l, FRAME_PAYLOAD_MAX, 1);
	while (slog_next(&l, &r))
		;
	ck_assert_int_eq(slog_ack(&l, l.end), 0);
	ck_assert_uint_eq(l.nspare, 16);
	for (int i = 0; i < 4 * 9; i++)
		put(&l, FRAME_PAYLOAD_MAX, 2);
	ck_assert_uint_eq(l.nspare, 8);
	while (slog_next(&l, &r))
		ck_assert_uint_eq(((uint8_t *)r.iov_base)[FRAME_MAX - 1], 2);
	ck_assert_int_eq(slog_ack(&l, l.end), 0);
	slog_rest(&l);
	ck_assert_uint_eq(l.nspare, 0);
	ck_assert_ptr_null(l.spare);
	put(&l, 10, 1);
	slog_fini(&l);
}
END_TEST

static struct pump p;

/* Everything is acknowledged in the end, by itself. */
START_TEST(acks_follow)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 2000000);
	pump_run(&p);
	ck_assert(mem_matches(p.gateway.mems[0], 2000000));
	ck_assert_uint_lt(session_deadline(p.gateway.s), UINT64_MAX);
	pump_wait(&p, ACK_DELAY_US);
	/* Nothing is left to be acknowledged, on either side. */
	session_detach(p.agent.s);
	ck_assert_int_eq(session_attach(p.agent.s, false,
					session_count(p.gateway.s)),
			 0);
	ck_assert_uint_eq(session_stats(p.agent.s).resent, 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* A peer that acknowledges nothing gets at most the log's limit. */
START_TEST(bounded_without_acks)
{
	struct iovec rec;
	struct mem *app;
	size_t sent = 0;
	uint8_t wide[8] = { 0, 0, 1 };
	struct frame f = { .command = FRAME_WINDOW,
			   .protocol = PROTOCOL_TCP,
			   .service = SERVICE_FORWARD,
			   .marker = 42,
			   .client_id = 1,
			   .server_id = 1,
			   .len = 8 };
	uint8_t wire[FRAME_HEADER + 8];

	pump_init(&p, 4 << 20, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	frame_pack(wire, &f);
	memcpy(wire + FRAME_HEADER, wide, 8);
	ck_assert_int_eq(session_input(p.agent.s, wire, sizeof wire), 0);
	mem_fill(app, 8000000);
	for (int i = 0; i < 1000; i++) {
		chan_readable(app->chan);
		while (session_next(p.agent.s, &rec))
			sent += rec.iov_len;
	}
	ck_assert_uint_gt(sent, (1 << 20) - 131072);
	ck_assert_uint_le(sent, 1 << 20);
	/* Control frames have the rest to themselves. */
	chan_reset(app->chan, REASON_STOPPED, NULL);
	ck_assert(session_next(p.agent.s, &rec));
	session_reap(p.agent.s);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* `n` bytes of the log in each round trip of 100 ms. */
static void flow(struct mem *app, size_t n, int trips)
{
	while (trips--) {
		session_set_rtt(p.agent.s, 100000);
		app->chan->limit = UINT64_MAX;
		p.gateway.mems[0]->chan->granted = UINT64_MAX / 2;
		mem_fill(app, n);
		pump_run(&p);
		pump_wait(&p, 100000);
	}
}

/* Twice what goes through in a round trip, at most half the memory; an idle
 * session gives it back. */
START_TEST(the_limit_follows_the_flow)
{
	struct mem *app;
	struct session *s;

	pump_init(&p, 16 << 20, 0);
	s = p.agent.s;
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	flow(app, 400000, 20);
	ck_assert_uint_eq(s->log_limit, 1 << 20);
	flow(app, 1000000, 20);
	ck_assert_uint_ge(s->log_limit, 1500000);
	ck_assert_uint_le(s->log_limit, 2200000);
	ck_assert_uint_eq(p.agent.budget.used,
			  s->budget.used + s->log_limit - (1 << 20));
	flow(app, 6000000, 20);
	ck_assert_uint_eq(s->log_limit, 8 << 20);
	pump_wait(&p, 2000000);
	ck_assert_uint_eq(s->log_limit, 1 << 20);
	ck_assert_uint_eq(p.agent.budget.used, s->budget.used);
	pump_fini(&p);
	ck_assert_uint_eq(p.agent.budget.used, 0);
	mem_free(app);
}
END_TEST

/* A process without memory left has logs as small as at the start. */
START_TEST(no_growth_over_the_process_budget)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	p.agent.budget.limit = p.agent.budget.used + 100000;
	flow(app, 2000000, 10);
	ck_assert_uint_eq(p.agent.s->log_limit, 1 << 20);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Without a tunnel no timer is due; it would fire all the time. */
START_TEST(detached_is_quiet)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000);
	pump_run(&p);
	ck_assert_uint_lt(session_deadline(p.gateway.s),
			  p.now + 2 * ACK_DELAY_US);
	session_detach(p.gateway.s);
	p.now += 1000000;
	session_set_now(p.gateway.s, p.now);
	session_tick(p.gateway.s);
	ck_assert_uint_gt(session_deadline(p.gateway.s), p.now + 1000000);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The command of the next frame; -1: none. */
static int next_command(struct session *s)
{
	struct iovec rec;

	return session_next(s, &rec) ? *(uint8_t *)rec.iov_base : -1;
}

/* An ACK that was due when the last tunnel broke does not begin the next. */
START_TEST(attach_goes_alone)
{
	uint8_t bytes[4] = { 0 };
	struct iovec iov = { bytes, 4 };
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	session_detach(p.agent.s);
	session_set_now(p.agent.s, p.now + 1000000);
	ck_assert_int_eq(next_command(p.agent.s), -1);
	ck_assert_int_eq(session_post(p.agent.s, FRAME_ATTACH, 0, NULL, &iov),
			 0);
	ck_assert_int_eq(next_command(p.agent.s), FRAME_ATTACH);
	ck_assert_int_eq(next_command(p.agent.s), -1);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* A session that is kicked at its ATTACHED sends both frames. */
START_TEST(goodbye_behind_attached)
{
	uint8_t bytes[8] = { 0 };
	struct iovec iov = { bytes, 8 };

	pump_init(&p, 0, 0);
	ck_assert_int_eq(
		session_post(p.gateway.s, FRAME_ATTACHED, 0, NULL, &iov), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(session_post(p.gateway.s, FRAME_GOAWAY,
					      FLAG_FINAL, NULL, &iov),
				 0);
	ck_assert_int_eq(next_command(p.gateway.s), FRAME_ATTACHED);
	ck_assert_int_eq(next_command(p.gateway.s), FRAME_GOAWAY);
	ck_assert_int_eq(next_command(p.gateway.s), -1);
	pump_fini(&p);
}
END_TEST

/* A control frame that was posted first goes before DATA, even when the log is
 * full and may grow. */
START_TEST(bytes_stay_behind_control_frames)
{
	uint8_t bytes[4] = { 0 };
	struct iovec iov = { bytes, 4 };
	struct mem *app;
	int got;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	ck_assert_uint_gt(slog_held(&p.agent.s->log), 0);
	p.agent.s->log_limit = slog_held(&p.agent.s->log);
	ck_assert_int_eq(session_post(p.agent.s, FRAME_EXPECTED, 0, NULL, &iov),
			 0);
	mem_write(app, "line", 4);
	for (int i = 0; i < 20; i++) {
		got = next_command(p.agent.s);
		ck_assert_int_ne(got, FRAME_DATA);
		if (got == FRAME_EXPECTED)
			break;
	}
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* However the turns fall, DATA does not take what control frames need. */
START_TEST(the_reserve_is_kept)
{
	struct iovec rec;
	struct mem *app;
	struct session *s;

	for (unsigned odd = 0; odd < 16384; odd += 1000) {
		pump_init(&p, 2 << 20, 0);
		s = p.agent.s;
		app = mem_open(&p.agent, NULL);
		mem_fill(app, odd);
		pump_run(&p);
		pump_wait(&p, ACK_DELAY_US); /* the log begins anywhere */
		app->chan->limit = UINT64_MAX;
		mem_fill(app, 2000000);
		for (int i = 0; i < 100; i++) {
			chan_readable(app->chan);
			while (session_next(s, &rec))
				;
		}
		ck_assert_uint_eq(s->log_limit, 1 << 20);
		ck_assert_uint_le(slog_held(&s->log) + 65536, s->log_limit);
		ck_assert_uint_gt(slog_held(&s->log) + 131072, s->log_limit);
		pump_fini(&p);
		mem_free(app);
	}
}
END_TEST

START_TEST(impossible_counts_end_the_session)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000);
	pump_run(&p);
	session_detach(p.agent.s);
	ck_assert_int_eq(session_attach(p.agent.s, false, 1), ERR_PROTO);
	ck_assert_ptr_nonnull(strstr(session_why(p.agent.s), "impossible"));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(fresh_drops_everything)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000);
	pump_run(&p);
	session_detach(p.agent.s);
	session_detach(p.gateway.s);
	ck_assert_int_eq(session_attach(p.agent.s, true, 0), 0);
	ck_assert_int_eq(session_attach(p.gateway.s, true, 0), 0);
	pump_run(&p);
	ck_assert(app->closed);
	ck_assert_uint_eq(app->reason, REASON_LOST);
	ck_assert_uint_eq(p.gateway.mems[0]->reason, REASON_LOST);
	mem_free(app);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 50000);
	pump_run(&p);
	ck_assert(mem_matches(p.gateway.mems[1], 50000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

SUITE("log", records_hold_whole_frames, acknowledged_at_boundaries_only,
      sent_again_from_anywhere, used_chunks_are_left, spare_chunks, acks_follow,
      bounded_without_acks, the_limit_follows_the_flow,
      no_growth_over_the_process_budget, detached_is_quiet, attach_goes_alone,
      goodbye_behind_attached, bytes_stay_behind_control_frames,
      the_reserve_is_kept, impossible_counts_end_the_session,
      fresh_drops_everything)
