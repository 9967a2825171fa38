/* SPDX-License-Identifier: BSD-2-Clause */
/* moved_test.c - a session that arrives in part, or as nonsense, is refused and
 * leaves nothing behind.  That one which arrives whole goes on: resume_test.c. */
#include "channel/chan.h"
#include "channel/moved.h"
#include "channel/pump.h"

#include <string.h>

#include "suite.h"

static struct pump p;
static struct mem *mine[4];

static void no_end(struct carry *c, struct chan *ch)
{
	uint8_t mark = 7;

	(void)ch;
	carry(c, &mark);
	c->bad |= mark != 7;
}

/* One of every kind: waiting bytes, an urgent one, ends, and a reset to tell. */
static struct carry a_session(void)
{
	static const uint8_t bytes[10];
	struct iovec post = { (void *)(uintptr_t)bytes, sizeof bytes };
	struct carry c = carry_leaving();

	pump_init(&p, 0, 0);
	p.gateway.room = 100;
	for (int i = 0; i < 3; i++) {
		mine[i] = mem_open(&p.agent, NULL);
		mem_fill(mine[i], 3000);
		mine[i]->urgent_in = 500;
	}
	pump_run(&p);
	pump_detach(&p);
	mem_fin(p.gateway.mems[0]);
	chan_reset(p.gateway.mems[1]->chan, REASON_ADMIN, "no more");
	mine[3] = mem_open(&p.gateway, NULL);
	ck_assert_int_eq(session_post(p.gateway.s, FRAME_EXPECT, 0, NULL,
				      &post), 0);
	session_reap(p.gateway.s);
	session_carry(&c, p.gateway.s, no_end);
	ck_assert(!c.bad);
	return c;
}

static void end(struct carry *c)
{
	carry_fini(c);
	pump_fini(&p);
	for (size_t i = 0; i < ARRAY_LEN(mine); i++)
		mem_free(mine[i]);
}

/* Whether it is taken. */
static bool arrive(const uint8_t *bytes, size_t n)
{
	struct session_conf conf = { .role = ROLE_GATEWAY, .marker = 42 };
	static const struct session_ops ops;
	struct session *s = session_new(&conf, &ops, NULL);
	struct carry c = carry_arriving(bytes, n, NULL, 0);

	ck_assert_ptr_nonnull(s);
	session_carry(&c, s, no_end);
	session_free(s);
	return carry_is_done(&c);
}

START_TEST(only_the_whole_is_taken)
{
	struct carry c = a_session();
	size_t n = buf_len(&c.out);

	ck_assert_uint_gt(n, 4000);
	ck_assert(arrive(buf_ptr(&c.out), n));
	for (size_t i = 0; i < n; i++)
		ck_assert(!arrive(buf_ptr(&c.out), i));
	end(&c);
}
END_TEST

/* Taken or not: nothing bad happens. */
START_TEST(any_byte_may_be_another)
{
	struct carry c = a_session();
	uint8_t *bytes = buf_ptr(&c.out);
	size_t n = buf_len(&c.out), taken = 0;

	for (size_t i = 0; i < n; i++) {
		bytes[i] ^= 0xff;
		taken += arrive(bytes, n);
		bytes[i] ^= 0xff;
	}
	ck_assert_uint_lt(taken, n);
	end(&c);
}
END_TEST

SUITE("moved", only_the_whole_is_taken, any_byte_may_be_another)
