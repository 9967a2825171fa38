/* SPDX-License-Identifier: BSD-2-Clause */
/* names_test.c - which question gets which answer, with a clock and name
 * servers of the test. */
#include "resolver/names.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { IDS = 64, SECOND_US = 1000000 };

static struct names *names;
static uint64_t now;
static unsigned begun, cancelled;

/* What is being looked up. */
static struct work {
	struct name *name;
	char host[HOST_MAX];
} work[IDS];

/* What was answered to a number; outcome NONE: nothing. */
enum { NONE = 99 };
static struct msg_resolved got[IDS];

static uint64_t now_us(void *ctx)
{
	(void)ctx;
	return now;
}

static void *begin_work(void *ctx, struct name *name, const char *host)
{
	(void)ctx;
	begun++;
	for (size_t i = 0; i < IDS; i++) {
		if (work[i].name)
			continue;
		work[i].name = name;
		snprintf(work[i].host, sizeof work[i].host, "%s", host);
		return &work[i];
	}
	return NULL;
}

static void cancel(void *ctx, void *w)
{
	(void)ctx;
	cancelled++;
	((struct work *)w)->name = NULL;
}

static void answer(void *ctx, int from, uint32_t id,
		   const struct msg_resolved *found)
{
	(void)ctx;
	ck_assert_int_eq(from, 1);
	ck_assert_int_eq(got[id].outcome, NONE);
	got[id] = *found;
}

static void begin(void)
{
	static const struct names_conf conf = {
		.ops = { now_us, begin_work, cancel, answer },
		.turns = { .places = 10,
			   .kept = 2,
			   .each = 3,
			   .line = 20,
			   .lines = 30 },
		.known = 4,
		.most_s = 100,
		.no_s = 5,
	};

	names = names_new(&conf);
	ck_assert_ptr_nonnull(names);
	now = SECOND_US;
	begun = cancelled = 0;
	memset(work, 0, sizeof work);
	for (size_t i = 0; i < IDS; i++)
		got[i].outcome = NONE;
}

static void ask(uint32_t id, const char *who, const char *host)
{
	struct msg_resolve asked = { .who = "" };

	snprintf(asked.who, sizeof asked.who, "%s", who);
	snprintf(asked.host, sizeof asked.host, "%s", host);
	names_ask(names, 1, id, &asked);
}

static struct work *work_on(const char *host)
{
	for (size_t i = 0; i < IDS; i++)
		if (work[i].name && !strcmp(work[i].host, host))
			return &work[i];
	return NULL;
}

static void done(const char *host, const struct msg_resolved *found,
		 uint32_t ttl_s)
{
	struct work *w = work_on(host);
	struct name *name;

	ck_assert_ptr_nonnull(w);
	name = w->name;
	w->name = NULL;
	names_found(names, name, found, ttl_s);
}

static struct msg_resolved addresses(unsigned n)
{
	struct msg_resolved r = { .n = n };
	char text[32];

	for (unsigned i = 0; i < n; i++) {
		snprintf(text, sizeof text, "192.0.2.%u", i);
		ck_assert_int_eq(addr_parse(&r.addrs[i], text, 0), 0);
	}
	return r;
}

static const struct msg_resolved no_name = { .outcome = FOUND_NO_NAME };

static void is_answered(uint32_t id, unsigned outcome)
{
	ck_assert_int_eq(got[id].outcome, outcome);
	got[id].outcome = NONE;
}

START_TEST(asked_once_for_all)
{
	struct msg_resolved r = addresses(1);

	begin();
	ask(1, "a", "x.example");
	ask(2, "b", "X.Example");
	ask(3, "a", "x.example");
	ck_assert_uint_eq(begun, 1);
	done("x.example", &r, 10);
	for (uint32_t id = 1; id <= 3; id++)
		is_answered(id, FOUND_ADDRESS);
	names_free(names);
}
END_TEST

START_TEST(kept_for_their_time)
{
	struct msg_resolved r = addresses(1);

	begin();
	ask(1, "a", "x");
	done("x", &r, 10);
	is_answered(1, FOUND_ADDRESS);
	now += 10 * SECOND_US - 1;
	ask(1, "b", "x");
	is_answered(1, FOUND_ADDRESS);
	now += 1;
	ask(2, "b", "x");
	is_answered(2, NONE);
	/* However long they say. */
	done("x", &r, 1000000);
	is_answered(2, FOUND_ADDRESS);
	now += 100 * SECOND_US;
	ask(3, "b", "x");
	is_answered(3, NONE);
	ck_assert_uint_eq(begun, 3);
	names_free(names);
}
END_TEST

START_TEST(no_is_kept_some_seconds)
{
	begin();
	ask(1, "a", "x");
	done("x", &no_name, 3600);
	is_answered(1, FOUND_NO_NAME);
	now += 5 * SECOND_US - 1;
	ask(1, "a", "x");
	is_answered(1, FOUND_NO_NAME);
	now += 1;
	ask(1, "a", "x");
	is_answered(1, NONE);
	/* Not at all where there is no time, as for /etc/hosts. */
	done("x", &no_name, 0);
	ask(2, "a", "x");
	is_answered(2, NONE);
	names_free(names);
}
END_TEST

START_TEST(the_least_wanted_is_forgotten)
{
	static const char *const host[] = { "v", "w", "x", "y", "z" };
	struct msg_resolved r = addresses(1);

	begin();
	for (uint32_t i = 0; i < 4; i++) {
		ask(i, "", host[i]);
		done(host[i], &r, 50);
	}
	ask(4, "", "v");
	ask(5, "", "z");
	done("z", &r, 50);
	begun = 0;
	for (uint32_t i = 10; i < 15; i++)
		ask(i, "", host[i - 10]);
	ck_assert_uint_eq(begun, 1);
	is_answered(10, FOUND_ADDRESS);
	is_answered(11, NONE);
	names_free(names);
}
END_TEST

START_TEST(equal_addresses_take_turns)
{
	struct msg_resolved r = addresses(3);
	struct addr v6;

	begin();
	ck_assert_int_eq(addr_parse(&v6, "2001:db8::1", 0), 0);
	r.addrs[2] = v6;
	ask(1, "a", "x");
	done("x", &r, 10);
	for (uint32_t id = 2; id <= 4; id++)
		ask(id, "a", "x");
	ck_assert(addr_same(&got[2].addrs[0], &r.addrs[0]));
	ck_assert(addr_same(&got[3].addrs[0], &r.addrs[1]));
	ck_assert(addr_same(&got[4].addrs[0], &r.addrs[0]));
	/* Another kind keeps its place. */
	ck_assert(addr_same(&got[3].addrs[2], &v6));
	names_free(names);
}
END_TEST

START_TEST(few_at_once_for_each_user)
{
	struct msg_resolved r = addresses(1);
	char host[16];

	begin();
	for (uint32_t i = 0; i < 20; i++) {
		snprintf(host, sizeof host, "silent%u", i);
		ask(i, "greedy", host);
	}
	ck_assert_uint_eq(names_running(names), 3);
	ask(30, "other", "x");
	ask(31, "", "conf");
	ck_assert_uint_eq(names_running(names), 5);
	/* What waits for somebody is begun when it is another's turn. */
	ask(32, "other", "silent10");
	ck_assert_ptr_nonnull(work_on("silent10"));
	done("silent10", &r, 10);
	is_answered(10, FOUND_ADDRESS);
	is_answered(32, FOUND_ADDRESS);
	done("silent0", &no_name, 5);
	ck_assert_ptr_nonnull(work_on("silent3"));
	/* More than a line holds. */
	for (uint32_t i = 33; i < 39; i++) {
		snprintf(host, sizeof host, "more%u", i);
		ask(i, "greedy", host);
	}
	is_answered(37, NONE);
	is_answered(38, FOUND_CROWD);
	names_free(names);
}
END_TEST

START_TEST(nobody_waits_any_more)
{
	begin();
	for (uint32_t i = 0; i < 4; i++) {
		char host[16];

		snprintf(host, sizeof host, "h%u", i);
		ask(i, "a", host);
	}
	ask(10, "b", "h0");
	names_forget(names, 1, 0);
	ck_assert_uint_eq(cancelled, 0);
	/* Neither does b; h3 gets the place. */
	names_forget(names, 1, 10);
	ck_assert_uint_eq(cancelled, 1);
	ck_assert_ptr_nonnull(work_on("h3"));
	names_forget(names, 1, 10);
	names_forget(names, 0, 1);
	/* One that waits for its turn. */
	ask(4, "a", "h4");
	names_forget(names, 1, 4);
	done("h1", &no_name, 0);
	ck_assert_ptr_null(work_on("h4"));
	ck_assert_uint_eq(names_running(names), 2);
	names_free(names);
}
END_TEST

START_TEST(another_configuration)
{
	struct msg_resolved r = addresses(1);

	begin();
	ask(1, "a", "known");
	done("known", &r, 50);
	ask(2, "a", "pending");
	begun = 0;
	names_renew(names);
	ck_assert_uint_eq(cancelled, 1);
	ck_assert_uint_eq(begun, 1);
	ask(3, "a", "known");
	is_answered(3, NONE);
	done("pending", &r, 50);
	is_answered(2, FOUND_ADDRESS);
	names_free(names);
}
END_TEST

START_TEST(cannot_begin)
{
	begin();
	for (size_t i = 0; i < IDS; i++)
		work[i].name = (struct name *)work;
	ask(1, "a", "x");
	is_answered(1, FOUND_SILENCE);
	/* A number that is in use is not heard. */
	work[0].name = NULL;
	ask(2, "a", "x");
	ask(2, "a", "y");
	ck_assert_uint_eq(names_running(names), 1);
	memset(&work[1], 0, sizeof work - sizeof work[0]);
	names_free(names);
}
END_TEST

SUITE("resolver/names", asked_once_for_all, kept_for_their_time,
      no_is_kept_some_seconds, the_least_wanted_is_forgotten,
      equal_addresses_take_turns, few_at_once_for_each_user,
      nobody_waits_any_more, another_configuration, cannot_begin)
