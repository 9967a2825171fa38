/* SPDX-License-Identifier: BSD-2-Clause */
/* known_test.c - places from where users have logged in, and which are forgotten. */
#include "monitor/known.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 24 * 60 * 60 };

static void add(struct known *k, const char *user, unsigned source, uint64_t at)
{
	char text[32];
	struct known_place p = { user, text, at };

	snprintf(text, sizeof text, "192.0.2.%u", source);
	known_add(k, &p);
}

static bool has(struct known *k, const char *user, unsigned source, uint64_t at)
{
	char text[32];
	struct known_place p = { user, text, at };

	snprintf(text, sizeof text, "192.0.2.%u", source);
	return known_has(k, &p);
}

START_TEST(user_and_source)
{
	struct known *k = known_new();

	add(k, "corp/alice", 1, DAY);
	ck_assert(has(k, "corp/alice", 1, DAY));
	ck_assert(!has(k, "corp/alice", 2, DAY));
	ck_assert(!has(k, "corp/bob", 1, DAY));
	known_free(k);
	known_free(NULL);
}
END_TEST

START_TEST(forgotten_after_days)
{
	struct known *k = known_new();

	add(k, "corp/alice", 1, DAY);
	ck_assert(has(k, "corp/alice", 1, DAY + KNOWN_DAYS * DAY));
	ck_assert(!has(k, "corp/alice", 1, DAY + KNOWN_DAYS * DAY + 1));
	/* For good, whatever the clock says then. */
	ck_assert(!has(k, "corp/alice", 1, DAY));
	/* A clock that was set back makes nothing older. */
	add(k, "corp/alice", 1, 9 * DAY);
	ck_assert(has(k, "corp/alice", 1, DAY));
	known_free(k);
}
END_TEST

static void count(void *ctx, const struct known_place *p)
{
	(void)p;
	++*(unsigned *)ctx;
}

/* A user's new place replaces the oldest one of the same user, nobody
 * else's. */
START_TEST(places_of_one_user)
{
	struct known *k = known_new();
	unsigned n = 0;

	add(k, "corp/bob", 1, 1);
	for (unsigned i = 0; i < KNOWN_PER_USER + 2; i++)
		add(k, "corp/alice", i, 10 + i);
	ck_assert(has(k, "corp/bob", 1, 100));
	ck_assert(!has(k, "corp/alice", 0, 100));
	ck_assert(!has(k, "corp/alice", 1, 100));
	ck_assert(has(k, "corp/alice", 2, 100));
	known_each(k, count, &n);
	ck_assert_uint_eq(n, KNOWN_PER_USER + 1);
	known_free(k);
}
END_TEST

START_TEST(places_of_all)
{
	struct known *k = known_new();
	char user[32];
	unsigned n = 0;

	for (unsigned i = 0; i <= KNOWN_MAX; i++) {
		snprintf(user, sizeof user, "corp/user%u", i);
		add(k, user, 1, 1 + i);
	}
	ck_assert(!has(k, "corp/user0", 1, 1));
	ck_assert(has(k, "corp/user1", 1, 1));
	known_each(k, count, &n);
	ck_assert_uint_eq(n, KNOWN_MAX);
	known_free(k);
}
END_TEST

static void join(void *ctx, const struct known_place *p)
{
	char *text = ctx;

	size_t n = strlen(text);

	snprintf(text + n, 200 - n, "%s@%s ", p->user, p->source);
}

/* A login moves its place to the end. */
START_TEST(oldest_first)
{
	struct known *k = known_new();
	char text[200] = "";

	add(k, "a", 1, 1);
	add(k, "b", 2, 2);
	add(k, "a", 1, 3);
	known_each(k, join, text);
	ck_assert_str_eq(text, "b@192.0.2.2 a@192.0.2.1 ");
	known_free(k);
}
END_TEST

START_TEST(names_that_are_too_long)
{
	struct known *k = known_new();
	char user[KNOWN_USER + 1] = "";
	unsigned n = 0;

	memset(user, 'x', KNOWN_USER);
	add(k, user, 1, 1);
	known_each(k, count, &n);
	ck_assert_uint_eq(n, 0);
	user[KNOWN_USER - 1] = 0;
	add(k, user, 1, 1);
	ck_assert(has(k, user, 1, 1));
	known_free(k);
}
END_TEST

SUITE("monitor/known", user_and_source, forgotten_after_days,
      places_of_one_user, places_of_all, oldest_first, names_that_are_too_long)
