/* SPDX-License-Identifier: BSD-2-Clause */
/* outage_test.c - what a session says and keeps when its tunnel is lost, while
 * it has none, and when it begins anew. */
#include "channel/chan.h"
#include "channel/pump.h"

#include "base/err.h"

#include <string.h>

#include "suite.h"

static struct pump p;

/* The command of the next frame; -1: none. */
static int next_command(struct session *s)
{
	struct iovec rec;

	return session_next(s, &rec) ? *(uint8_t *)rec.iov_base : -1;
}

static void post(struct side *side, uint8_t command, size_t len)
{
	static uint8_t bytes[FRAME_PAYLOAD_MAX];
	struct iovec iov = { bytes, len };

	ck_assert_int_eq(session_post(side->s, command, 0, NULL, &iov), 0);
}

static void pass_time(uint64_t us)
{
	p.now += us;
	session_set_now(p.agent.s, p.now);
	session_set_now(p.gateway.s, p.now);
}

/* Local programs send while there is no tunnel. */
START_TEST(accepted_in_the_dark)
{
	struct addr local = { 0 };
	struct mem *app;

	pump_init(&p, 0, 0);
	p.gateway.late = true;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 50000);
	pump_run(&p);
	pump_detach(&p);
	chan_accept(p.gateway.mems[0]->chan, &local);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert(app->opened);
	ck_assert(mem_matches(p.gateway.mems[0], 50000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(read_in_the_dark)
{
	struct mem *app, *server;

	pump_init(&p, 0, 0);
	p.gateway.room = 0;
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 100000);
	pump_run(&p);
	ck_assert_uint_eq(buf_len(&app->in), 100000 - CREDIT_START);
	pump_detach(&p);
	server = p.gateway.mems[0];
	server->room = SIZE_MAX;
	chan_writable(server->chan);
	ck_assert(mem_matches(server, CREDIT_START));
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert(mem_matches(server, 100000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* ---- credit that returns --------------------------------------------------- */

enum { LATER = 400000 };

/* A channel with a wide window, and RETURN owed.  Where its reader stands still,
 * most of the window waits for it. */
static struct mem *ask_back(bool still)
{
	struct mem *app;
	struct chan *c;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	c = p.gateway.mems[0]->chan;
	for (int i = 0; i < 50 && c->window <= 8 * CREDIT_START; i++) {
		mem_fill(app, 200000);
		pump_run(&p);
	}
	ck_assert_uint_gt(c->window, 8 * CREDIT_START);
	p.gateway.mems[0]->room = still ? 0 : SIZE_MAX;
	mem_fill(app, still ? c->window * 3 / 4 : 0);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	c->asked_back = true;
	chan_owe(c, OWE_RETURN);
	return app;
}

START_TEST(credit_returns_to_the_byte)
{
	struct mem *app = ask_back(false);
	const struct chan *there = p.gateway.mems[0]->chan;

	pump_run(&p);
	ck_assert(!there->asked_back);
	ck_assert_uint_eq(app->chan->limit, app->chan->sent + CREDIT_START);
	ck_assert_uint_eq(there->granted, app->chan->limit);
	ck_assert_uint_eq(there->window, CREDIT_START);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The tunnel breaks `fuse` bytes behind RETURN, and the reader goes on in the
 * dark: neither side believes in more credit than the other. */
static bool returns_across(uint64_t fuse)
{
	struct mem *app = ask_back(true), *server = p.gateway.mems[0];
	bool broken;

	p.fuse = p.arrived + fuse;
	pump_run(&p);
	broken = pump_is_broken(&p);
	pump_detach(&p);
	server->room = SIZE_MAX;
	chan_writable(server->chan);
	mem_fill(app, LATER);
	pump_attach(&p, UINT64_MAX);
	/* Had this side granted meanwhile, that would cross the RETURNED, and
	 * all of it be used before there is more. */
	server->room = 0;
	pump_turn(&p, &p.gateway, &p.agent);
	pump_turn(&p, &p.agent, &p.gateway);
	server->room = SIZE_MAX;
	pump_run(&p);
	ck_assert(!server->chan->asked_back);
	ck_assert_uint_eq(buf_len(&app->in), 0);
	ck_assert(mem_matches(server, app->taken));
	ck_assert_uint_eq(server->chan->granted, app->chan->limit);
	pump_fini(&p);
	mem_free(app);
	return broken;
}

START_TEST(credit_returns_across_a_break)
{
	uint64_t fuse = 0;

	while (returns_across(fuse))
		fuse++;
	/* RETURN there, RETURNED back. */
	ck_assert_uint_ge(fuse, 2 * FRAME_HEADER + 8);
}
END_TEST

/* ---- the old tunnel is forgotten ------------------------------------------------- */

/* Bytes that were counted as processed when the tunnel broke are delivered. */
START_TEST(collected_bytes_are_delivered)
{
	struct iovec rec;
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	mem_fill(app, 500);
	ck_assert(session_next(p.agent.s, &rec));
	ck_assert_int_eq(session_input(p.gateway.s, rec.iov_base, rec.iov_len),
			 0);
	pump_detach(&p);
	ck_assert(mem_matches(p.gateway.mems[0], 500));
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert(mem_matches(p.gateway.mems[0], 500));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(words_of_the_old_tunnel_are_not_said)
{
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	post(&p.agent, FRAME_GOAWAY, 8);
	session_ping(p.agent.s);
	mem_fill(app, 500);
	pump_detach(&p);
	ck_assert_int_eq(next_command(p.agent.s), -1);
	ck_assert_uint_eq(session_ping_age(p.agent.s), 0);
	pump_attach(&p, UINT64_MAX);
	session_ping(p.agent.s);
	ck_assert_int_eq(next_command(p.agent.s), FRAME_PING);
	ck_assert_uint_gt(session_ping_age(p.agent.s), 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The counts of ATTACH and ATTACHED were acknowledgements, too; and whoever
 * answered was heard. */
START_TEST(attached_owes_no_ack)
{
	struct mem *app;
	uint64_t held;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 1000);
	pump_run(&p);
	mem_fill(app, 2000);
	while (next_command(p.agent.s) >= 0)
		;
	pass_time(60000000);
	pump_detach(&p);
	pump_attach(&p, UINT64_MAX);
	held = slog_held(&p.agent.s->log);
	ck_assert_uint_ge(held, 2000);
	ck_assert_uint_eq(session_stats(p.agent.s).resent, held);
	ck_assert_uint_eq(session_heard(p.gateway.s), p.now);
	pass_time(ACK_DELAY_US);
	ck_assert_int_eq(next_command(p.gateway.s), -1);
	pump_run(&p);
	ck_assert(mem_matches(p.gateway.mems[0], 3000));
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Only its own PONG answers a PING. */
START_TEST(another_pong_is_no_answer)
{
	struct frame f = { .command = FRAME_PONG,
			   .protocol = PROTOCOL_TCP,
			   .service = SERVICE_FORWARD,
			   .marker = 42,
			   .len = 8 };
	uint8_t wire[FRAME_HEADER + 8];

	pump_init(&p, 0, 0);
	frame_pack(wire, &f);
	pack_u64(wire + FRAME_HEADER, 8, p.now - 1);
	session_ping(p.agent.s);
	ck_assert_int_eq(next_command(p.agent.s), FRAME_PING);
	ck_assert_int_eq(session_input(p.agent.s, wire, sizeof wire), 0);
	ck_assert_uint_gt(session_ping_age(p.agent.s), 0);
	pump_fini(&p);
}
END_TEST

/* ---- anew --------------------------------------------------------------------- */

static void begin_anew(void)
{
	ck_assert_int_eq(session_attach(p.gateway.s, true, 0), 0);
	ck_assert_int_eq(session_attach(p.agent.s, true, 0), 0);
}

/* Both logs begin at 0, and what was to be said to channels of before is not:
 * EXPECT for a channel that is gone. */
START_TEST(anew_is_from_nothing)
{
	struct mem *old, *app;
	unsigned heard;

	pump_init(&p, 0, 0);
	old = mem_open(&p.agent, NULL);
	mem_fill(old, 30000);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	mem_fill(p.gateway.mems[0], 30000);
	pump_run(&p);
	heard = p.agent.frames;
	post(&p.gateway, FRAME_EXPECT, 8);
	pump_detach(&p);
	session_forget(p.gateway.s);
	begin_anew();
	ck_assert_uint_eq(session_count(p.agent.s), 0);
	ck_assert_uint_eq(session_count(p.gateway.s), 0);
	ck_assert_int_eq(next_command(p.gateway.s), -1);
	app = mem_open(&p.agent, NULL);
	mem_fill(app, 30000);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	pump_detach(&p);
	mem_fill(p.gateway.mems[1], 30000);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	ck_assert(mem_matches(p.gateway.mems[1], 30000));
	ck_assert(mem_matches(app, 30000));
	ck_assert_uint_eq(p.agent.frames, heard);
	pump_fini(&p);
	mem_free(old);
	mem_free(app);
}
END_TEST

/* ---- the order of things --------------------------------------------------------- */

/* A reset drops bytes of the application that were not read yet. */
START_TEST(no_bytes_behind_a_reset)
{
	struct iovec rec;
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	mem_fill(app, 500);
	chan_reset(app->chan, REASON_STOPPED, NULL);
	ck_assert(session_next(p.agent.s, &rec));
	ck_assert_uint_eq(*(uint8_t *)rec.iov_base, FRAME_CLOSE);
	ck_assert_uint_eq(rec.iov_len, frame_size(rec.iov_base));
	ck_assert_int_eq(next_command(p.agent.s), -1);
	session_reap(p.agent.s);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The line that names a port stays behind its EXPECT. */
START_TEST(the_line_stays_behind_its_expect)
{
	const uint8_t *at;
	struct iovec rec;
	struct mem *app;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	post(&p.gateway, FRAME_EXPECT, 8);
	mem_write(p.gateway.mems[0], "line", 4);
	ck_assert(session_next(p.gateway.s, &rec));
	at = rec.iov_base;
	ck_assert_uint_eq(at[0], FRAME_EXPECT);
	ck_assert_uint_eq(at[frame_size(at)], FRAME_DATA);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* The urgent byte ends a read of several frames: only the last has the mark. */
START_TEST(urgent_behind_many_frames)
{
	struct mem *app, *server;

	pump_init(&p, 0, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	server = p.gateway.mems[0];
	app->chan->limit = server->chan->granted = 1 << 20;
	session_set_target(p.agent.s, 1 << 20);
	app->joined = true;
	app->urgent_in = 60000;
	mem_fill(app, 60000);
	pump_run(&p);
	ck_assert(mem_matches(server, 60000));
	ck_assert_uint_eq(buf_len(&server->marks), 8);
	ck_assert_uint_eq(server->urgent_out, 60000);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

/* Control frames fill the log to its limit, and no further; an ACK needs no
 * place in it.  All of them arrive once, though the tunnel breaks then. */
START_TEST(control_frames_at_the_limit)
{
	enum { POSTS = 100, LEN = 16000, LIMIT = 1 << 20 };
	struct mem *app;

	pump_init(&p, 2 * LIMIT, 0);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	pump_wait(&p, ACK_DELAY_US);
	mem_fill(p.gateway.mems[0], 1000);
	pump_turn(&p, &p.gateway, &p.agent);
	for (int i = 0; i < POSTS; i++)
		post(&p.agent, FRAME_EXPECTED, LEN);
	while (pump_turn(&p, &p.agent, &p.gateway))
		;
	ck_assert_uint_eq(p.gateway.frames, LIMIT / (LEN + FRAME_HEADER) + 1);
	ck_assert_uint_gt(slog_held(&p.agent.s->log), LIMIT - 1);
	pass_time(ACK_DELAY_US);
	ck_assert_int_eq(next_command(p.agent.s), FRAME_ACK);
	ck_assert_int_eq(next_command(p.agent.s), -1);
	pump_detach(&p);
	pump_attach(&p, UINT64_MAX);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.frames, POSTS);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

SUITE("outage", accepted_in_the_dark, read_in_the_dark,
      credit_returns_to_the_byte, credit_returns_across_a_break,
      collected_bytes_are_delivered, words_of_the_old_tunnel_are_not_said,
      attached_owes_no_ack, another_pong_is_no_answer, anew_is_from_nothing,
      no_bytes_behind_a_reset, the_line_stays_behind_its_expect,
      urgent_behind_many_frames, control_frames_at_the_limit)
