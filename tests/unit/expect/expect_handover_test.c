/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover_test.c - what another process says about expectations is not
 * believed. */
#include "expect/expect_handover.h"

#include "suite.h"

static void on_ended(void *ctx, struct expectation *e, enum expect_end why)
{
	(void)ctx;
	(void)e;
	(void)why;
}

static const struct expect_ops ops = { .ended = on_ended };

static bool arrives(struct expect_table *from, struct expectation *e)
{
	struct expect_table to;
	struct handover out = handover_leaving(), in;
	bool taken;

	expect_init(&to, &ops, NULL);
	expect_table_handover(&out, from);
	expect_handover(&out, from, e);
	in = handover_arriving(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	expect_table_handover(&in, &to);
	taken = expect_handover(&in, &to, NULL) && handover_is_done(&in);
	expect_fini(&to);
	handover_fini(&out);
	return taken;
}

START_TEST(lies_are_refused)
{
	struct adit_addr at = { .port = 7 };
	struct adit_expect want = {
		.size = sizeof(want), .targets = &at, .ntargets = 1, .uses = 2
	};
	struct expect_parent by = { .channel = 1, .dialled = &at };
	struct expect_table t;
	struct expectation *e, was;

	expect_init(&t, &ops, NULL);
	ck_assert_int_eq(expect_new(&t, &want, &by, &e), 0);
	was = *e;
	ck_assert(arrives(&t, e));
	e->uses = 0;
	ck_assert(!arrives(&t, e));
	*e = was;
	e->ntargets = 0;
	ck_assert(!arrives(&t, e));
	*e = was;
	e->id = t.last_id + 1;
	ck_assert(!arrives(&t, e));
	*e = was;
	e->flags = 1u << 31;
	ck_assert(!arrives(&t, e));
	*e = was;
	e->state = EXPECT_LISTENING + 1;
	ck_assert(!arrives(&t, e));
	*e = was;
	expect_fini(&t);
}
END_TEST

SUITE("expect/expect_handover", lies_are_refused)
