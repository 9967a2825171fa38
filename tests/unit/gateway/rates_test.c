/* SPDX-License-Identifier: BSD-2-Clause */
/* rates_test.c - bytes per second are shared by users, and not by how many
 * sessions these have. */
#include "gateway/rates.h"

#include "suite.h"

#include <string.h>

#define SECOND UINT64_C(1000000)

enum { MB = 1000000, SESSIONS = 8 };

static struct rates *rates;
static struct rate session[SESSIONS];
static int64_t hunger[SESSIONS]; /* bytes that each would move in a turn */
static int64_t moved[SESSIONS];
static uint64_t now;

static void begin(void)
{
	rates = rates_new();
	ck_assert_ptr_nonnull(rates);
	memset(session, 0, sizeof session);
	memset(hunger, 0, sizeof hunger);
	now = SECOND;
}

static void end(void)
{
	for (int i = 0; i < SESSIONS; i++)
		rate_leave(rates, &session[i]);
	rates_free(rates);
}

static void join(int i, const char *user, uint64_t all, uint64_t own)
{
	const struct rate_limits l = { "corp", user, { 0, all }, { 0, own } };

	ck_assert_int_eq(rate_join(rates, &session[i], &l), 0);
}

/* Each session moves what it wants, as far as it may. */
static void run(uint64_t seconds)
{
	uint64_t until = now + seconds * SECOND;

	memset(moved, 0, sizeof moved);
	for (; now < until; now += RATES_TURN_US) {
		rates_turn(rates, now);
		for (int i = 0; i < SESSIONS; i++) {
			struct allowance *a = rate_allowance(&session[i],
							     TO_CLIENT);
			int64_t n = a ? MIN(hunger[i], allowance_left(a)) : 0;

			allowance_use(a, (size_t)MAX(n, 0));
			moved[i] += MAX(n, 0);
		}
	}
}

static void near(int64_t got, int64_t want)
{
	ck_assert_int_ge(got, want - want / 50);
	ck_assert_int_le(got, want + want / 50);
}

START_TEST(one_alone_has_all)
{
	begin();
	join(0, "alice", 20 * MB, 0);
	join(1, "bob", 20 * MB, 0);
	hunger[0] = MB * 10;
	run(1);
	run(4);
	near(moved[0], 80 * MB);
	end();
}
END_TEST

/* Not by sessions: alice has three. */
START_TEST(users_have_equal_parts)
{
	begin();
	for (int i = 0; i < 3; i++)
		join(i, "alice", 20 * MB, 0);
	join(3, "bob", 20 * MB, 0);
	for (int i = 0; i < 4; i++)
		hunger[i] = MB * 10;
	run(1);
	run(4);
	near(moved[0] + moved[1] + moved[2], 40 * MB);
	near(moved[0], 40 * MB / 3);
	near(moved[3], 40 * MB);
	end();
}
END_TEST

/* Whoever wants less than an equal part has it, and the others the rest. */
START_TEST(small_wishes_are_granted)
{
	begin();
	join(0, "alice", 20 * MB, 0);
	join(1, "bob", 20 * MB, 0);
	join(2, "carol", 20 * MB, 4 * MB);
	hunger[0] = hunger[2] = MB * 10;
	hunger[1] = 2 * MB / 40;
	run(1);
	run(4);
	near(moved[1], 8 * MB);
	near(moved[2], 16 * MB);
	near(moved[0], 56 * MB);
	end();
}
END_TEST

START_TEST(sessions_of_a_user_share_his_rate)
{
	begin();
	join(0, "alice", 0, 5 * MB);
	join(1, "alice", 0, 5 * MB);
	hunger[0] = hunger[1] = MB * 10;
	run(1);
	run(4);
	near(moved[0] + moved[1], 20 * MB);
	end();
}
END_TEST

/* What was not used for an hour is not there to be used at once. */
START_TEST(little_is_saved)
{
	begin();
	join(0, "alice", 0, MB);
	run(1);
	now += 3600 * SECOND;
	hunger[0] = MB * 10;
	run(1);
	ck_assert_int_le(moved[0], MB + MB / 5);
	end();
}
END_TEST

START_TEST(a_reload_changes_it)
{
	begin();
	join(0, "alice", 0, MB);
	hunger[0] = MB * 10;
	run(2);
	join(0, "alice", 0, 3 * MB);
	run(1);
	run(4);
	near(moved[0], 12 * MB);
	join(0, "alice", 0, 0);
	ck_assert_ptr_null(rate_allowance(&session[0], TO_CLIENT));
	/* Whatever it has moved meanwhile is no debt. */
	session[0].allowance[TO_CLIENT].used += 100 * (int64_t)MB;
	join(0, "alice", 0, 3 * MB);
	ck_assert(allowance_has(rate_allowance(&session[0], TO_CLIENT)));
	run(4);
	near(moved[0], 12 * MB);
	end();
}
END_TEST

START_TEST(the_other_direction_has_no_limit)
{
	begin();
	join(0, "alice", MB, 0);
	ck_assert_ptr_null(rate_allowance(&session[0], TO_SERVER));
	ck_assert_ptr_nonnull(rate_allowance(&session[0], TO_CLIENT));
	end();
}
END_TEST

SUITE("rates", one_alone_has_all, users_have_equal_parts,
      small_wishes_are_granted, sessions_of_a_user_share_his_rate,
      little_is_saved, a_reload_changes_it, the_other_direction_has_no_limit)
