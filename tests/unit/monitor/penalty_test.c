/* SPDX-License-Identifier: BSD-2-Clause */
/* penalty_test.c - how long a source has to wait after failures, with a clock
 * of the test. */
#include "monitor/penalty.h"

#include "suite.h"

#include <stdio.h>

static const struct penalty_rules rules = {
	.free = 1,
	.first_ms = 1000,
	.most_ms = 60000,
	.decay_ms = 300000,
	.most_keys = 100,
};

static void count_one(void *ctx, const struct penalty *one)
{
	ck_assert(one->failures || one->wait_ms);
	++*(unsigned *)ctx;
}

static unsigned held(struct penalties *p, uint64_t now)
{
	unsigned n = 0;

	penalties_each(p, now, count_one, &n);
	return n;
}

START_TEST(doubles_up_to_a_limit)
{
	static const uint32_t want[] = { 0,     1000,  2000,  4000,  8000,
					 16000, 32000, 60000, 60000, 60000 };
	struct penalties *p = penalties_new(&rules);
	uint64_t now = 12345;

	ck_assert_uint_eq(penalty_wait(p, "u", now), 0);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		ck_assert_uint_eq(penalty_fail(p, "u", now), want[i]);
		ck_assert_uint_eq(penalty_wait(p, "u", now), want[i]);
		now += want[i];
		ck_assert_uint_eq(penalty_wait(p, "u", now), 0);
	}
	penalties_free(p);
}
END_TEST

START_TEST(runs_out_while_waiting)
{
	struct penalties *p = penalties_new(&rules);

	penalty_fail(p, "u", 0);
	penalty_fail(p, "u", 0);
	penalty_fail(p, "u", 0);
	ck_assert_uint_eq(penalty_wait(p, "u", 0), 2000);
	ck_assert_uint_eq(penalty_wait(p, "u", 1999), 1);
	ck_assert_uint_eq(penalty_wait(p, "u", 2000), 0);
	ck_assert_uint_eq(penalty_count(p, "u", 2000), 3);
	penalties_free(p);
}
END_TEST

START_TEST(time_forgives)
{
	struct penalties *p = penalties_new(&rules);
	uint64_t now = 7;

	/* However often: what is above the limit is not remembered. */
	for (int i = 0; i < 1000; i++)
		penalty_fail(p, "u", now);
	ck_assert_uint_eq(penalty_wait(p, "u", now), 60000);
	ck_assert_uint_le(penalty_count(p, "u", now), 10);
	now += 300000ull * 6;
	ck_assert_uint_eq(penalty_count(p, "u", now), 2);
	now += 300000ull * 2;
	ck_assert_uint_eq(penalty_count(p, "u", now), 0);
	ck_assert_uint_eq(held(p, now), 0);
	ck_assert_uint_eq(penalty_fail(p, "u", now), 0);
	penalties_free(p);
}
END_TEST

START_TEST(keys_are_apart)
{
	struct penalties *p = penalties_new(&rules);

	penalty_fail(p, "alice", 0);
	penalty_fail(p, "alice", 0);
	ck_assert_uint_eq(penalty_wait(p, "alic", 0), 0);
	ck_assert_uint_eq(penalty_wait(p, "alicee", 0), 0);
	penalty_forget(p, "bob");
	ck_assert_uint_eq(penalty_wait(p, "alice", 0), 1000);
	penalty_forget(p, "alice");
	ck_assert_uint_eq(penalty_wait(p, "alice", 0), 0);
	ck_assert_uint_eq(held(p, 0), 0);
	penalties_free(p);
}
END_TEST

START_TEST(table_is_bounded)
{
	struct penalties *p = penalties_new(&rules);
	char key[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "user-%d", i);
		penalty_fail(p, key, (uint64_t)i);
		penalty_fail(p, "often", (uint64_t)i);
	}
	ck_assert_uint_eq(held(p, 5000), 100);
	ck_assert_uint_eq(penalty_count(p, "user-0", 5000), 0);
	ck_assert_uint_gt(penalty_count(p, "user-4999", 5000), 0);
	ck_assert_uint_gt(penalty_wait(p, "often", 5000), 50000);
	penalties_free(p);
}
END_TEST

/* Somebody with thousands of addresses or names lets them fail once or twice, to
 * have what one of them did before forgotten. */
START_TEST(table_cannot_be_flushed)
{
	struct penalties *p = penalties_new(&rules);
	char key[32];
	unsigned had;

	for (int i = 0; i < 6; i++)
		penalty_fail(p, "guesser", 0);
	had = penalty_count(p, "guesser", 0);
	for (int i = 0; i < 300; i++) {
		snprintf(key, sizeof key, "2001:db8:0:%x::", i);
		penalty_fail(p, key, 1000);
	}
	ck_assert_uint_eq(penalty_count(p, "guesser", 1000), had);
	/* However often: the next try never counts less than those before. */
	for (int i = 0; i < 20000; i++) {
		snprintf(key, sizeof key, "2001:db8:1:%x::", i);
		penalty_fail(p, key, 1000);
	}
	penalty_fail(p, "guesser", 1000);
	ck_assert_uint_gt(penalty_count(p, "guesser", 1000), had);
	penalties_free(p);
}
END_TEST

/* After the flood, new sources begin without a penalty again. */
START_TEST(what_was_taken_over_is_forgiven)
{
	struct penalties *p = penalties_new(&rules);
	uint64_t now = 0;
	char key[32];

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof key, "user-%d", i);
		penalty_fail(p, key, now);
	}
	now += 300000ull * 10;
	ck_assert_uint_eq(penalty_fail(p, "alice", now), 0);
	ck_assert_uint_eq(penalty_count(p, "alice", now), 1);
	penalties_free(p);
}
END_TEST

SUITE("monitor/penalty", doubles_up_to_a_limit, runs_out_while_waiting,
      time_forgives, keys_are_apart, table_is_bounded, table_cannot_be_flushed,
      what_was_taken_over_is_forgiven)
