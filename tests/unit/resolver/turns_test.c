/* SPDX-License-Identifier: BSD-2-Clause */
/* turns_test.c - one user cannot keep others from lookups, however many names
 * are asked for. */
#include "resolver/turns.h"

#include "suite.h"

#include <stdint.h>
#include <stdlib.h>

static const struct turns_rules rules = {
	.places = 10,
	.kept = 2,
	.each = 3,
	.line = 20,
	.lines = 30,
};

static struct turn item[64];
static struct turns *turns;
static struct turn_user *user[64];

static void waits(unsigned i, const char *who)
{
	ck_assert_ptr_null(turns_wait(turns, &item[i], who));
}

/* Whose turn it is, as its place in `item`; -1: nobody's. */
static int next(void)
{
	struct turn_user *u;
	struct turn *t = turns_next(turns, &u);

	if (!t)
		return -1;
	user[t - item] = u;
	return (int)(t - item);
}

static void ends(int i)
{
	turns_end(turns, user[i]);
}

static void begin(void)
{
	turns = turns_new(&rules);
	ck_assert_ptr_nonnull(turns);
}

START_TEST(users_take_turns)
{
	begin();
	for (unsigned i = 0; i < 10; i++)
		waits(i, "greedy");
	waits(10, "late");
	waits(11, "late");
	ck_assert_int_eq(next(), 0);
	ck_assert_int_eq(next(), 10);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(next(), 11);
	ck_assert_int_eq(next(), 2);
	/* Three places each, and nobody else waits. */
	ck_assert_int_eq(next(), -1);
	ends(0);
	ck_assert_int_eq(next(), 3);
	ck_assert_int_eq(next(), -1);
	turns_free(turns);
}
END_TEST

START_TEST(some_places_are_kept)
{
	static const char *const who[] = { "a", "b", "c", "d" };

	begin();
	for (unsigned i = 0; i < 12; i++)
		waits(i, who[i % 4]);
	for (int i = 0; i < 8; i++)
		ck_assert_int_ge(next(), 0);
	ck_assert_int_eq(next(), -1);
	for (unsigned i = 20; i < 24; i++)
		waits(i, "");
	ck_assert_int_eq(next(), 20);
	ck_assert_int_eq(next(), 21);
	ck_assert_int_eq(next(), -1);
	/* The first place that gets free is not a user's. */
	ends(0);
	ck_assert_int_eq(next(), 22);
	turns_free(turns);
}
END_TEST

START_TEST(no_limit_but_the_places_for_the_first)
{
	begin();
	for (unsigned i = 0; i < 12; i++)
		waits(i, "");
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(next(), i);
	ck_assert_int_eq(next(), -1);
	turns_free(turns);
}
END_TEST

START_TEST(who_leaves_has_no_turn)
{
	begin();
	waits(0, "a");
	waits(1, "a");
	waits(2, "b");
	turns_leave(turns, &item[0]);
	turns_leave(turns, &item[0]);
	turns_leave(turns, &item[2]);
	ck_assert_int_eq(next(), 1);
	ck_assert_int_eq(next(), -1);
	ends(1);
	ck_assert_int_eq(next(), -1);
	/* Both are forgotten by now, and known again. */
	waits(3, "a");
	ck_assert_int_eq(next(), 3);
	turns_free(turns);
}
END_TEST

START_TEST(a_line_has_an_end)
{
	begin();
	for (unsigned i = 0; i < 20; i++)
		waits(i, "a");
	ck_assert_ptr_eq(turns_wait(turns, &item[20], "a"), &item[20]);
	/* Of all lines the longest loses its end. */
	for (unsigned i = 21; i < 31; i++)
		waits(i, "b");
	ck_assert_ptr_eq(turns_wait(turns, &item[31], "c"), &item[19]);
	ck_assert_ptr_eq(turns_wait(turns, &item[32], "b"), &item[18]);
	ck_assert_int_eq(next(), 0);
	ck_assert_int_eq(next(), 21);
	ck_assert_int_eq(next(), 31);
	turns_free(turns);
}
END_TEST

SUITE("resolver/turns", users_take_turns, some_places_are_kept,
      no_limit_but_the_places_for_the_first, who_leaves_has_no_turn,
      a_line_has_an_end)
