/* SPDX-License-Identifier: BSD-2-Clause */
/* abuse_test.c - what a hostile peer may send, and what comes of it. */
#include "channel/pump.h"

#include "base/err.h"

#include <string.h>

#include "suite.h"

static struct pump p;

static const struct frame plain = {
	.service = SERVICE_FORWARD,
	.protocol = PROTOCOL_TCP,
	.marker = 42,
};

/* The gateway receives one frame made by hand. */
static int inject(struct frame f, const void *payload, size_t n)
{
	static uint8_t wire[FRAME_MAX];
	int ret;

	f.service = f.service ? f.service : plain.service;
	f.protocol = plain.protocol;
	f.marker = f.marker ? f.marker : plain.marker;
	f.len = (uint16_t)n;
	frame_pack(wire, &f);
	if (n)
		memcpy(wire + FRAME_HEADER, payload, n);
	ret = session_input(p.gateway.s, wire, FRAME_HEADER + n);
	session_input_done(p.gateway.s);
	session_reap(p.gateway.s);
	return ret;
}

#define REFUSED(text, ...)                                                     \
	do {                                                                   \
		ck_assert_int_eq(inject(__VA_ARGS__), ERR_PROTO);              \
		ck_assert_msg(strstr(session_why(p.gateway.s), text), "%s",    \
			      session_why(p.gateway.s));                       \
		pump_fini(&p);                                                 \
		pump_init(&p, 0, 4);                                           \
	} while (0)

static size_t open_payload(uint8_t *out)
{
	struct open o = { .resource = 1, .credit = 1000 };

	return pack_open(out, 100, &o);
}

static int inject_open(uint32_t id)
{
	uint8_t payload[100];
	struct frame f = { .command = FRAME_OPEN, .client_id = id };

	return inject(f, payload, open_payload(payload));
}

START_TEST(other_marker)
{
	pump_init(&p, 0, 4);
	REFUSED("marker", (struct frame){ .command = FRAME_PING, .marker = 43 },
		"12345678", 8);
	pump_fini(&p);
}
END_TEST

START_TEST(commands_out_of_place)
{
	static const uint8_t wrong[] = { FRAME_LOGIN, FRAME_PROMPT,
					 FRAME_ANSWER, FRAME_RESULT,
					 FRAME_ATTACH };

	pump_init(&p, 0, 4);
	for (unsigned i = 0; i < sizeof wrong; i++)
		REFUSED("inside a session",
			(struct frame){ .command = wrong[i] }, "", 0);
	session_detach(p.gateway.s);
	REFUSED("before ATTACHED", (struct frame){ .command = FRAME_PING },
		"12345678", 8);
	pump_fini(&p);
}
END_TEST

START_TEST(channels_that_never_were)
{
	static const uint8_t each[] = { FRAME_OPENED, FRAME_DATA, FRAME_CLOSE,
					FRAME_WINDOW, FRAME_EXPECTED };

	pump_init(&p, 0, 4);
	for (unsigned i = 0; i < sizeof each; i++) {
		REFUSED("never",
			(struct frame){ .command = each[i], .client_id = 5 },
			"", 0);
		REFUSED("never",
			(struct frame){ .command = each[i],
					.client_id = 5,
					.server_id = 9 },
			"", 0);
	}
	REFUSED("never", (struct frame){ .command = FRAME_DATA }, "", 0);
	pump_fini(&p);
}
END_TEST

START_TEST(ids_used_again)
{
	pump_init(&p, 0, 4);
	ck_assert_int_eq(inject_open(5), 0);
	ck_assert_int_eq(inject_open(5), ERR_PROTO);
	pump_fini(&p);
	pump_init(&p, 0, 4);
	ck_assert_int_eq(inject_open(5), 0);
	ck_assert_int_eq(inject_open(4), ERR_PROTO);
	pump_fini(&p);
	pump_init(&p, 0, 4);
	ck_assert_int_eq(inject_open(0), ERR_PROTO);
	pump_fini(&p);
}
END_TEST

START_TEST(pairs_that_do_not_belong)
{
	struct iovec rec;
	struct mem *app;

	pump_init(&p, 0, 4);
	app = mem_open(&p.agent, NULL);
	pump_run(&p);
	REFUSED("no pair",
		(struct frame){
			.command = FRAME_DATA, .client_id = 9, .server_id = 1 },
		"x", 1);
	mem_free(app);
	pump_fini(&p);
	/* The answerer's id is not known before OPENED. */
	pump_init(&p, 0, 4);
	app = mem_open(&p.gateway, NULL);
	while (session_next(p.gateway.s, &rec))
		;
	REFUSED("no pair",
		(struct frame){ .command = FRAME_CLOSE,
				.flags = FLAG_FIN,
				.client_id = 9,
				.server_id = 1 },
		"", 0);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(over_credit)
{
	static uint8_t much[FRAME_PAYLOAD_MAX];
	struct frame f = { .command = FRAME_DATA, .client_id = 1 };

	pump_init(&p, 0, 4);
	p.gateway.room = 0;
	ck_assert_int_eq(inject_open(1), 0);
	ck_assert_int_eq(inject(f, much, sizeof much), 0);
	ck_assert_int_eq(inject(f, much, CREDIT_START - sizeof much), 0);
	REFUSED("over the credit", f, much, 1);
	pump_fini(&p);
}
END_TEST

/* One that was asked for. */
static struct mem *asked(void)
{
	struct mem *app;
	struct iovec rec;

	pump_init(&p, 0, 4);
	app = mem_open(&p.gateway, NULL);
	while (session_next(p.gateway.s, &rec))
		;
	return app;
}

/* The peer sends DATA on a channel that it has not accepted yet. */
START_TEST(data_before_opened)
{
	struct frame data = { .command = FRAME_DATA, .server_id = 1 };
	struct mem *app = asked();

	REFUSED("before OPENED", data, "x", 1);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(opened_twice)
{
	struct frame yes = { .command = FRAME_OPENED,
			     .server_id = 1,
			     .client_id = 3 };
	struct opened o = { .credit = 16384 };
	uint8_t payload[64];
	size_t n = pack_opened(payload, sizeof payload, &o);
	struct mem *app = asked();

	ck_assert_int_eq(inject(yes, payload, n), 0);
	REFUSED("that is open", yes, payload, n);
	pump_fini(&p);
	mem_free(app);
	app = asked();
	yes.client_id = 0;
	REFUSED("malformed OPENED", yes, payload, n);
	pump_fini(&p);
	mem_free(app);
}
END_TEST

START_TEST(behind_the_end)
{
	struct frame data = { .command = FRAME_DATA, .client_id = 1 };
	struct frame fin = { .command = FRAME_CLOSE,
			     .flags = FLAG_FIN,
			     .client_id = 1 };

	pump_init(&p, 0, 4);
	ck_assert_int_eq(inject_open(1), 0);
	ck_assert_int_eq(inject(fin, "", 0), 0);
	REFUSED("behind FIN", data, "x", 1);
	ck_assert_int_eq(inject_open(1), 0);
	ck_assert_int_eq(inject(fin, "", 0), 0);
	REFUSED("second FIN", fin, "", 0);
	pump_fini(&p);
}
END_TEST

/* Frames that were on their way to a channel that is gone are ignored. */
START_TEST(frames_to_the_dead)
{
	uint8_t reset[8] = { 0, REASON_PEER_RESET, 0 };
	struct frame f = { .command = FRAME_CLOSE,
			   .flags = FLAG_RESET,
			   .client_id = 1 };

	pump_init(&p, 0, 4);
	ck_assert_int_eq(inject_open(1), 0);
	ck_assert_int_eq(inject(f, reset, 3), 0);
	ck_assert_int_eq(inject(f, reset, 3), 0);
	f.command = FRAME_DATA;
	f.flags = 0;
	ck_assert_int_eq(inject(f, "x", 1), 0);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	pump_fini(&p);
}
END_TEST

START_TEST(malformed_payloads)
{
	struct frame f = { .command = FRAME_OPEN, .client_id = 1 };
	struct frame w = { .command = FRAME_WINDOW, .client_id = 1 };
	struct frame c = { .command = FRAME_CLOSE, .client_id = 1, .flags = 3 };
	struct frame a = { .command = FRAME_ACK };

	pump_init(&p, 0, 4);
	REFUSED("malformed OPEN", f, "x", 1);
	ck_assert_int_eq(inject_open(1), 0);
	REFUSED("malformed WINDOW", w, "1234567", 7);
	ck_assert_int_eq(inject_open(1), 0);
	w.flags = FLAG_RETURNED;
	REFUSED("never given", w, "12345678", 8);
	ck_assert_int_eq(inject_open(1), 0);
	REFUSED("malformed CLOSE", c, "", 0);
	REFUSED("never sent", a, "12345678", 8);
	REFUSED("malformed PING", (struct frame){ .command = FRAME_PING }, "1",
		1);
	pump_fini(&p);
}
END_TEST

/* Above the limit OPEN is refused; a peer that does not care is thrown out, and
 * until then keeps no more than twice the limit. */
START_TEST(open_flood)
{
	uint32_t id = 1;

	pump_init(&p, 0, 4);
	while (!inject_open(id)) {
		ck_assert_uint_le(session_channels(p.gateway.s), 8);
		ck_assert_uint_lt(id++, 100);
	}
	ck_assert_uint_eq(id, 9);
	ck_assert_uint_eq(p.gateway.nmems, 4);
	pump_fini(&p);
}
END_TEST

enum { SOME = 6 };

/* The owner counts for all its sessions.  One that is over counts until nothing is
 * left of it. */
START_TEST(the_owner_refuses)
{
	struct mem *m[SOME];
	struct open o = { .resource = 1 };

	pump_init(&p, 0, 0);
	p.gateway.most = 4;
	for (int i = 0; i < SOME; i++)
		m[i] = mem_open(&p.agent, &o);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.counted, 4);
	ck_assert_uint_eq(p.gateway.nmems, 4);
	ck_assert(m[3]->opened && m[4]->closed && m[5]->closed);
	ck_assert_uint_eq(m[5]->reason, REASON_LIMIT);
	ck_assert_str_eq(m[5]->text, "as many as may be");
	mem_reset(p.gateway.mems[0]);
	mem_reset(m[1]);
	/* Not told yet, and heard: all of one is left, and nothing of two. */
	while (pump_turn(&p, &p.agent, &p.gateway))
		;
	ck_assert_uint_eq(p.gateway.counted, 3);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.counted, 2);
	ck_assert_uint_eq(p.agent.counted, 2);
	pump_fini(&p);
	for (int i = 0; i < SOME; i++)
		mem_free(m[i]);
}
END_TEST

/* Channels wait for their turn, in the order in which they came; a turn that
 * one of them does not live to see is lost. */
START_TEST(the_owner_lets_them_wait)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.gateway.leave = 2;
	p.gateway.turn_us = p.now + 200000;
	for (int i = 0; i < SOME; i++) {
		m[i] = mem_open(&p.agent, NULL);
		mem_fill(m[i], 1000);
	}
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.nmems, 2);
	ck_assert(m[0]->opened && m[1]->opened && !m[2]->opened);
	ck_assert_uint_eq(session_crowd(p.gateway.s), SOME - 2);
	ck_assert_uint_eq(p.gateway.crowds, 1);
	ck_assert_int_eq(p.gateway.crowd, CROWD_LEAVE);
	ck_assert_uint_le(session_deadline(p.gateway.s), p.now + 50000);
	mem_reset(m[2]);
	pump_wait(&p, 50000);
	ck_assert_uint_eq(p.gateway.nmems, 2);
	/* Another process gives them a turn of its own. */
	p.gateway.leave = 1;
	pump_detach(&p);
	pump_move(&p, &p.gateway);
	pump_attach(&p, UINT64_MAX);
	pump_wait(&p, 50000);
	ck_assert(m[3]->opened && !m[4]->opened);
	pump_wait(&p, 100000);
	ck_assert(m[4]->opened && m[5]->opened);
	ck_assert_uint_eq(p.gateway.nmems, SOME - 1);
	ck_assert(mem_matches(p.gateway.mems[3], 1000));
	pump_fini(&p);
	for (int i = 0; i < SOME; i++)
		mem_free(m[i]);
	ck_assert_uint_eq(p.gateway.budget.used, 0);
}
END_TEST

/* The owner gives no turn: the peer hears why, and the others go on. */
START_TEST(the_owner_gives_no_turn)
{
	struct mem *m[SOME];

	pump_init(&p, 0, 0);
	p.gateway.leave = 2;
	for (int i = 0; i < SOME; i++)
		m[i] = mem_open(&p.agent, NULL);
	pump_run(&p);
	ck_assert_uint_eq(p.gateway.nmems, 2);
	ck_assert_uint_eq(session_crowd(p.gateway.s), 0);
	for (int i = 2; i < SOME; i++) {
		ck_assert(m[i]->closed);
		ck_assert_uint_eq(m[i]->reason, REASON_LIMIT);
		ck_assert_str_eq(m[i]->text, "too many at a time");
	}
	ck_assert_uint_eq(p.gateway.counted, 2);
	ck_assert_uint_eq(p.gateway.budget.used, 2 * CREDIT_START);
	pump_fini(&p);
	for (int i = 0; i < SOME; i++)
		mem_free(m[i]);
}
END_TEST

/* One that is refused, and closed before the refusal was sent, is owed
 * nothing. */
START_TEST(refused_and_closed_at_once)
{
	uint8_t wire[400], open[100], reset[3] = { 0, REASON_PEER_RESET, 0 };
	struct frame f = plain;
	struct iovec rec;
	size_t n;

	pump_init(&p, 0, 0);
	p.gateway.leave = 0;
	f.command = FRAME_OPEN;
	f.client_id = 1;
	f.len = (uint16_t)open_payload(open);
	frame_pack(wire, &f);
	memcpy(wire + FRAME_HEADER, open, f.len);
	n = FRAME_HEADER + (size_t)f.len;
	f.command = FRAME_CLOSE;
	f.flags = FLAG_RESET;
	f.len = sizeof reset;
	frame_pack(wire + n, &f);
	memcpy(wire + n + FRAME_HEADER, reset, sizeof reset);
	n += FRAME_HEADER + sizeof reset;
	ck_assert_int_eq(session_input(p.gateway.s, wire, n), 0);
	session_input_done(p.gateway.s);
	session_reap(p.gateway.s);
	ck_assert_uint_eq(session_channels(p.gateway.s), 0);
	ck_assert_uint_eq(p.gateway.counted, 0);
	while (session_next(p.gateway.s, &rec))
		ck_assert_uint_ne(((uint8_t *)rec.iov_base)[0], FRAME_CLOSE);
	pump_fini(&p);
}
END_TEST

/* Opened and closed at once, over and over: nothing grows. */
START_TEST(rapid_reset)
{
	uint8_t reset[8] = { 0, REASON_PEER_RESET, 0 };
	struct frame f = { .command = FRAME_CLOSE, .flags = FLAG_RESET };

	pump_init(&p, 0, 4);
	p.gateway.nmems = MEMS; /* every one is refused */
	for (uint32_t id = 1; id < 5000; id++) {
		struct iovec rec;

		ck_assert_int_eq(inject_open(id), 0);
		f.client_id = id;
		ck_assert_int_eq(inject(f, reset, 3), 0);
		while (session_next(p.gateway.s, &rec))
			ck_assert_uint_le(rec.iov_len, FRAME_MAX);
		ck_assert_uint_le(session_channels(p.gateway.s), 1);
		ck_assert_uint_eq(p.gateway.budget.used, 0);
		/* The log fills up with refusals that nobody acknowledges. */
		if (id > 4000)
			break;
	}
	p.gateway.nmems = 0;
	pump_fini(&p);
}
END_TEST

START_TEST(pings_are_answered_once)
{
	struct iovec rec;
	unsigned n = 0;

	pump_init(&p, 0, 4);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(inject((struct frame){ .command = FRAME_PING },
					"12345678", 8),
				 0);
	while (session_next(p.gateway.s, &rec))
		n++;
	ck_assert_uint_eq(n, 1);
	pump_fini(&p);
}
END_TEST

START_TEST(later_commands_are_skipped)
{
	uint64_t before;

	pump_init(&p, 0, 4);
	before = session_count(p.gateway.s);
	ck_assert_int_eq(inject((struct frame){ .command = 0x90 }, "abc", 3),
			 0);
	ck_assert_uint_eq(session_count(p.gateway.s) - before, 23);
	pump_fini(&p);
}
END_TEST

SUITE("abuse", other_marker, commands_out_of_place, channels_that_never_were,
      ids_used_again, pairs_that_do_not_belong, over_credit, data_before_opened,
      opened_twice, behind_the_end, frames_to_the_dead, malformed_payloads,
      open_flood, the_owner_refuses, the_owner_lets_them_wait,
      the_owner_gives_no_turn, refused_and_closed_at_once, rapid_reset,
      pings_are_answered_once, later_commands_are_skipped)
