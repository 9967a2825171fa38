/* SPDX-License-Identifier: BSD-2-Clause */
/* quota_test.c - one user gets neither all descriptors nor all connections of a
 * second, in however many sessions. */
#include "gateway/quota.h"

#include "suite.h"

enum { PLACES = 100, MANY = 1000 };

#define SECOND UINT64_C(1000000)
#define MINUTE (60 * SECOND)

static struct quotas *all;

static struct quota *get(const char *who)
{
	struct quota *q = quota_get(all, who, SECOND);

	ck_assert_ptr_nonnull(q);
	return q;
}

static void begin(unsigned places)
{
	all = quotas_new(places);
	ck_assert_ptr_nonnull(all);
}

/* As many as it gets; how many these are. */
static unsigned grab(struct quota *q, unsigned most, enum quota_answer last)
{
	enum quota_answer answer;
	unsigned n = 0;

	while (!(answer = quota_take(q, most)) && n < MANY)
		n++;
	ck_assert_int_eq(answer, last);
	return n;
}

START_TEST(a_setting_for_all_sessions)
{
	struct quota *one, *other;

	begin(PLACES);
	one = get("corp/mallory");
	other = get("corp/mallory");
	ck_assert_ptr_eq(one, other);
	ck_assert_uint_eq(grab(one, 20, QUOTA_FULL), 20);
	ck_assert_int_eq(quota_take(other, 20), QUOTA_FULL);
	quota_give(one, 1);
	ck_assert_int_eq(quota_take(other, 20), QUOTA_YES);
	quota_give(one, 20);
	quota_put(one);
	quota_put(other);
	quotas_free(all);
}
END_TEST

START_TEST(a_setting_for_all_users_of_a_gateway)
{
	struct quota *one, *two, *far;

	begin(PLACES);
	one = get("corp/alice");
	two = get("corp/bob");
	far = get("other/alice");
	quota_limit_gateway(one, 3);
	ck_assert_uint_eq(grab(one, 2, QUOTA_FULL), 2);
	ck_assert_uint_eq(grab(two, 2, QUOTA_CROWDED), 1);
	ck_assert_int_eq(quota_take(far, 2), QUOTA_YES);
	quota_give(one, 1);
	ck_assert_int_eq(quota_take(two, 2), QUOTA_YES);
	quota_limit_gateway(two, 0);
	ck_assert_int_eq(quota_take(one, 2), QUOTA_YES);
	quota_note(one, QUOTA_NEWS_CROWDED, SECOND);
	quota_note(two, QUOTA_NEWS_CROWDED, SECOND);
	ck_assert_uint_eq(quotas_told(all, QUOTA_NEWS_CROWDED), 2);
	quota_give(one, 2);
	quota_give(two, 2);
	quota_give(far, 1);
	quota_put(one);
	quota_put(two);
	quota_put(far);
	quotas_free(all);
}
END_TEST

/* One user gets half of the descriptors, two users a third each: some are
 * always free. */
START_TEST(never_more_than_is_free)
{
	struct quota *q[4];
	unsigned n[4] = { 50, 24, 12, 5 };

	begin(PLACES);
	for (unsigned i = 0; i < 4; i++) {
		char who[] = "corp/a";

		who[5] = (char)('a' + i);
		q[i] = get(who);
		ck_assert_uint_eq(grab(q[i], MANY, QUOTA_SHORT), n[i]);
	}
	ck_assert_uint_eq(quotas_count(all).used, 95);
	/* Whoever has much gets no more until the others have as much. */
	quota_give(q[0], 1);
	ck_assert_int_eq(quota_take(q[0], MANY), QUOTA_SHORT);
	ck_assert_int_eq(quota_take(q[3], MANY), QUOTA_YES);
	for (unsigned i = 0; i < 4; i++)
		quota_put(q[i]);
	quotas_free(all);
}
END_TEST

/* Sessions, and connections handed over by another worker, are counted but
 * never refused. */
START_TEST(connections_go_before_further_addresses)
{
	struct quota *q;
	unsigned n = 0;

	begin(PLACES);
	q = get("corp/alice");
	while (quota_take_beside(q, 20) == QUOTA_YES)
		n++;
	ck_assert_uint_eq(n, 10);
	while (quota_take_beside(q, MANY) == QUOTA_YES)
		n++;
	ck_assert_uint_eq(n, 33);
	ck_assert_uint_eq(grab(q, MANY, QUOTA_SHORT), 17);
	quota_give(q, 50);
	quota_put(q);
	quotas_free(all);
}
END_TEST

START_TEST(what_is_forced_counts)
{
	struct quota *q;

	begin(10);
	q = get("corp/alice");
	quota_force(q, 30);
	ck_assert_int_eq(quota_take(q, MANY), QUOTA_SHORT);
	ck_assert_int_eq(quota_take(get("corp/bob"), MANY), QUOTA_SHORT);
	quota_give(q, 30);
	ck_assert_int_eq(quota_take(q, MANY), QUOTA_YES);
	ck_assert_uint_eq(quota_count(q).own, 1);
	ck_assert_uint_eq(quota_count(q).places, 10);
	quotas_free(all);
}
END_TEST

/* How many turns a user gets, until he is refused. */
static unsigned turns(struct quota *q, unsigned per_second, uint64_t now)
{
	unsigned n = 0;
	uint64_t at;

	while (n < 100 * MANY && quota_turn(q, per_second, now, &at))
		n++;
	return n;
}

START_TEST(a_second_has_so_many_beginnings)
{
	struct quota *q;
	const unsigned most = 100 * (QUOTA_BURST_S + QUOTA_WAIT_S);
	uint64_t now = 5 * SECOND;

	begin(PLACES);
	q = get("corp/mallory");
	ck_assert_uint_eq(turns(q, 100, now), most);
	ck_assert_uint_eq(turns(q, 100, now), 0);
	ck_assert_uint_eq(turns(q, 100, now + SECOND / 20), 5);
	ck_assert_uint_eq(turns(q, 100, now + SECOND), 95);
	/* Another user has a bucket of his own, and it holds no more later. */
	ck_assert_uint_eq(turns(get("corp/alice"), 100, now + MINUTE), most);
	ck_assert_uint_eq(turns(q, 100, now + 2 * MINUTE), most);
	ck_assert_uint_eq(turns(q, 0, now), 100 * MANY);
	quotas_free(all);
}
END_TEST

START_TEST(turns_beyond_the_burst_come_one_by_one)
{
	struct quota *q;
	uint64_t now = 5 * SECOND, at;

	begin(PLACES);
	q = get("corp/mallory");
	for (unsigned i = 0; i < 4 * QUOTA_BURST_S; i++) {
		ck_assert(quota_turn(q, 4, now, &at));
		ck_assert_uint_eq(at, 0);
	}
	for (unsigned i = 1; i <= 4 * QUOTA_WAIT_S; i++) {
		ck_assert(quota_turn(q, 4, now, &at));
		ck_assert_uint_eq(at, now + i * SECOND / 4);
	}
	ck_assert(!quota_turn(q, 4, now, &at));
	/* A refusal takes nothing from the turns to come. */
	now += SECOND / 4;
	ck_assert(quota_turn(q, 4, now, &at));
	ck_assert_uint_eq(at, now + QUOTA_WAIT_S * SECOND);
	quotas_free(all);
}
END_TEST

START_TEST(a_new_login_fills_no_bucket)
{
	struct quota *q;
	uint64_t now = 5 * SECOND;

	begin(PLACES);
	q = quota_get(all, "corp/mallory", now);
	ck_assert_uint_eq(turns(q, 100, now), 1500);
	quota_put(q);
	quota_put(quota_get(all, "corp/alice", now + SECOND));
	q = quota_get(all, "corp/mallory", now + SECOND);
	ck_assert_uint_eq(turns(q, 100, now + SECOND), 100);
	quota_put(q);
	/* Nobody is remembered for ever. */
	for (int i = 0; i < 256; i++)
		quota_put(quota_get(all, "corp/alice", now + MINUTE));
	ck_assert_uint_eq(turns(get("corp/mallory"), 100, now), 1500);
	quotas_free(all);
}
END_TEST

START_TEST(told_once_a_minute)
{
	struct quota *q;

	begin(PLACES);
	q = get("corp/mallory");
	ck_assert_uint_eq(quota_due(q, QUOTA_NEWS_FULL, SECOND), 0);
	ck_assert_uint_eq(quota_note(q, QUOTA_NEWS_FULL, SECOND), 1);
	for (unsigned i = 0; i < 99; i++)
		ck_assert_uint_eq(quota_note(q, QUOTA_NEWS_FULL, 2 * SECOND),
				  0);
	ck_assert_uint_eq(quota_note(q, QUOTA_NEWS_SLOW, 2 * SECOND), 1);
	ck_assert_uint_eq(quota_due(q, QUOTA_NEWS_FULL, MINUTE), 0);
	ck_assert_uint_eq(quota_due(q, QUOTA_NEWS_FULL, MINUTE + SECOND), 99);
	ck_assert_uint_eq(quota_due(q, QUOTA_NEWS_FULL, 9 * MINUTE), 0);
	quotas_free(all);
}
END_TEST

SUITE("gateway/quota", a_setting_for_all_users_of_a_gateway,
      a_setting_for_all_sessions, never_more_than_is_free,
      connections_go_before_further_addresses, what_is_forced_counts,
      a_second_has_so_many_beginnings, turns_beyond_the_burst_come_one_by_one,
      a_new_login_fills_no_bucket, told_once_a_minute)
