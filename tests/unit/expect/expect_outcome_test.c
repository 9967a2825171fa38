/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_outcome_test.c - what became of announced connections. */
#include "expect/expect_outcome.h"

#include "suite.h"

#include <string.h>

START_TEST(the_last_four)
{
	struct expect_outcomes o = { .npast = 0 };

	for (uint32_t id = 1; id <= 5; id++)
		expect_outcome_of(&o, id)->to_server = id;
	ck_assert_ptr_null(expect_outcome_find(&o, 1));
	for (uint32_t id = 2; id <= 5; id++)
		ck_assert_uint_eq(expect_outcome_find(&o, id)->to_server, id);
	ck_assert_uint_eq(expect_outcome_of(&o, 3)->to_server, 3);
	ck_assert_uint_eq(expect_outcome_of(&o, 6)->to_server, 0);
	ck_assert_ptr_null(expect_outcome_find(&o, 2));
}
END_TEST

START_TEST(sums)
{
	struct expect_outcome sum = { .expectation = 7 };

	expect_outcome_add(&sum, &(struct expect_outcome){ .to_server = 1,
							   .to_client = 2,
							   .reached = true });
	expect_outcome_add(&sum, &(struct expect_outcome){ .to_server = 10,
							   .to_client = 20,
							   .lost = true });
	ck_assert_uint_eq(sum.to_server, 11);
	ck_assert_uint_eq(sum.to_client, 22);
	ck_assert(sum.reached && sum.lost && !sum.strange);
	ck_assert_uint_eq(sum.expectation, 7);
}
END_TEST

START_TEST(results)
{
	struct expect_outcome o = { .expectation = 7 };

	ck_assert_int_eq(expect_outcome_result(&o, false), ADIT_OK);
	ck_assert_int_eq(expect_outcome_result(&o, true), ADIT_WAIT);
	o.strange = true;
	ck_assert_int_eq(expect_outcome_result(&o, false), ADIT_DENIED);
	o.reached = true;
	ck_assert_int_eq(expect_outcome_result(&o, false), ADIT_OK);
	o.lost = true;
	ck_assert_int_eq(expect_outcome_result(&o, false), ADIT_FAILED);
}
END_TEST

START_TEST(handover)
{
	struct expect_outcomes from = { .npast = 0 }, to = { .npast = 0 };
	struct handover out = handover_packing(), in;

	expect_outcome_of(&from, 70001)->strange = true;
	expect_outcome_of(&from, 70002)->to_client = 1ull << 40;
	expect_outcomes_handover(&out, &from);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	expect_outcomes_handover(&in, &to);
	ck_assert(handover_is_done(&in));
	ck_assert(expect_outcome_find(&to, 70001)->strange);
	ck_assert_uint_eq(expect_outcome_find(&to, 70002)->to_client,
			  1ull << 40);
	ck_assert_uint_eq(to.npast, 2);
	handover_fini(&out);
}
END_TEST

SUITE("expect/expect_outcome", the_last_four, sums, results, handover)
