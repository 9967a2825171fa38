/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_test.c - the table of expectations, and spare ports. */
#include "base/err.h"
#include "expect/expect.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct expect_table t;
static char ends[4096];

/* Linked with --wrap=calloc. */
static long left = -1; /* allocations until one fails; -1: none does */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_calloc(size_t n, size_t size)
{
	bool fails = left == 0;

	left -= left >= 0;
	return fails ? NULL : __real_calloc(n, size);
}

static void on_ended(void *ctx, struct expectation *e, enum expect_end why)
{
	static const char *const words[] = {
		[EXPECT_USED] = "used",       [EXPECT_CANCELLED] = "cancelled",
		[EXPECT_EXPIRED] = "expired", [EXPECT_ORPHANED] = "orphaned",
		[EXPECT_FAILED] = "failed",
	};
	size_t n = strlen(ends);

	ck_assert_ptr_eq(ctx, &t);
	ck_assert_ptr_null(expect_get(&t, e->id));
	snprintf(ends + n, sizeof(ends) - n, "%u %s;", e->id, words[why]);
}

static const struct expect_ops ops = { .ended = on_ended };

static void start(void)
{
	ends[0] = 0;
	expect_init(&t, &ops, &t);
}

static struct adit_addr at(const char *host, unsigned long port)
{
	struct adit_addr a;

	ck_assert_int_eq(adit_addr_parse(&a, host, port), 0);
	return a;
}

static int try_new(uint32_t channel, const char *host, unsigned long port,
		   uint32_t flags, struct expectation **e)
{
	struct adit_addr to = at(host, port), dialled = at("ftp.example", 21);
	struct adit_expect want = { .size = sizeof(want),
				    .targets = &to,
				    .ntargets = 1,
				    .flags = flags };
	struct expect_parent from = { channel, &dialled, 1000 };

	return expect_new(&t, &want, &from, e);
}

static struct expectation *make(uint32_t channel, const char *host,
				unsigned long port, uint32_t flags)
{
	struct expectation *e = NULL;

	ck_assert_int_eq(try_new(channel, host, port, flags, &e), 0);
	return e;
}

START_TEST(one_use)
{
	struct adit_addr show = at("127.0.0.1", 40001);
	struct expectation *e;

	start();
	e = make(5, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(e->id, 1);
	ck_assert_int_eq(e->state, EXPECT_WAITING);
	expect_answered(e, &show);
	ck_assert_int_eq(e->state, EXPECT_LISTENING);
	ck_assert_uint_eq(e->shown.port, 40001);
	ck_assert_int_eq(expect_take(&t, 1), 0);
	ck_assert_int_eq(expect_take(&t, 1), ERR_NOTFOUND);
	ck_assert_str_eq(ends, "1 used;");
	ck_assert_uint_eq(make(5, "10.0.0.5", 50000, 0)->id, 2);
	expect_fini(&t);
}
END_TEST

START_TEST(several_uses)
{
	struct expectation *e;

	start();
	e = make(5, "10.0.0.5", 50000, 0);
	e->uses = 2;
	ck_assert_int_eq(expect_take(&t, 1), 0);
	ck_assert_str_eq(ends, "");
	ck_assert_int_eq(expect_take(&t, 1), 0);
	ck_assert_str_eq(ends, "1 used;");
	expect_fini(&t);
}
END_TEST

START_TEST(arming)
{
	start();
	make(5, "10.0.0.5", 50000, ADIT_REVERSE | ADIT_UNARMED);
	ck_assert_int_eq(expect_take(&t, 1), ERR_AGAIN);
	ck_assert(expect_arm(&t, 1));
	ck_assert(!expect_arm(&t, 1));
	ck_assert(!expect_arm(&t, 0));
	ck_assert(!expect_arm(&t, 77));
	ck_assert_int_eq(expect_take(&t, 1), 0);
	expect_fini(&t);
}
END_TEST

START_TEST(cancel_and_failure)
{
	start();
	make(5, "10.0.0.5", 1, 0);
	make(5, "10.0.0.5", 2, 0);
	expect_cancel(&t, 1);
	expect_cancel(&t, 1);
	expect_cancel(&t, 0);
	expect_failed(&t, 2);
	expect_failed(&t, 3);
	ck_assert_str_eq(ends, "1 cancelled;2 failed;");
	ck_assert_uint_eq(t.count, 0);
	expect_fini(&t);
}
END_TEST

START_TEST(caps)
{
	struct expectation *e;

	start();
	for (uint32_t i = 0; i < EXPECT_PER_TABLE; i++)
		make(i / EXPECT_PER_CHANNEL, "10.0.0.5", 1, 0);
	ck_assert_int_eq(try_new(9999, "10.0.0.5", 1, 0, &e), ERR_LIMIT);
	expect_cancel(&t, 20);
	ck_assert_int_eq(try_new(5, "10.0.0.5", 1, 0, &e), ERR_LIMIT);
	ck_assert_int_eq(try_new(1, "10.0.0.5", 1, 0, &e), 0);
	expect_fini(&t);
}
END_TEST

START_TEST(bad_requests)
{
	struct adit_addr to = at("10.0.0.5", 1);
	struct adit_expect want = { .size = sizeof(want), .targets = &to };
	struct expect_parent from = { 1, &to, 0 };
	struct expectation *e;

	start();
	ck_assert_int_eq(expect_new(&t, &want, &from, &e), ERR_INVAL);
	want.ntargets = EXPECT_TARGETS_MAX + 1;
	ck_assert_int_eq(expect_new(&t, &want, &from, &e), ERR_INVAL);
	t.last_id = UINT32_MAX;
	want.ntargets = 1;
	ck_assert_int_eq(expect_new(&t, &want, &from, &e), ERR_LIMIT);
	expect_fini(&t);
}
END_TEST

START_TEST(lifetime)
{
	start();
	make(5, "10.0.0.5", 1, 0);
	make(5, "10.0.0.5", 2, 0)->deadline += 5;
	ck_assert_uint_eq(expect_deadline(&t), 1000 + EXPECT_LIFETIME_MS);
	expect_expire(&t, 999 + EXPECT_LIFETIME_MS);
	ck_assert_str_eq(ends, "");
	expect_expire(&t, 1000 + EXPECT_LIFETIME_MS);
	ck_assert_str_eq(ends, "1 expired;");
	expect_pause(&t, 2000);
	expect_pause(&t, 4000);
	ck_assert_uint_eq(expect_deadline(&t), UINT64_MAX);
	expect_expire(&t, UINT64_MAX);
	expect_resume(&t, 10000);
	expect_resume(&t, 20000);
	ck_assert_uint_eq(expect_deadline(&t), 9005 + EXPECT_LIFETIME_MS);
	expect_expire(&t, 9005 + EXPECT_LIFETIME_MS);
	ck_assert_str_eq(ends, "1 expired;2 expired;");
	ck_assert_uint_eq(expect_deadline(&t), UINT64_MAX);
	expect_fini(&t);
}
END_TEST

/* What is asked for while the clock stands has its whole life ahead. */
START_TEST(asked_while_paused)
{
	start();
	expect_pause(&t, 400); /* make() says that it is 1000 */
	make(5, "10.0.0.5", 1, 0);
	expect_resume(&t, 10000);
	ck_assert_uint_eq(expect_deadline(&t), 10000 + EXPECT_LIFETIME_MS);
	expect_fini(&t);
}
END_TEST

START_TEST(parent_gone)
{
	struct adit_addr show = at("127.0.0.1", 40001);

	start();
	expect_answered(make(5, "10.0.0.5", 1, 0), &show);
	expect_answered(make(5, "10.0.0.5", 2, ADIT_OUTLIVES), &show);
	make(5, "10.0.0.5", 3, ADIT_OUTLIVES);
	expect_answered(make(6, "10.0.0.5", 4, 0), &show);
	expect_answered(make(5, "10.0.0.5", 5, ADIT_OUTLIVES | ADIT_UNARMED),
			&show);
	expect_parent_gone(&t, 5);
	ck_assert_str_eq(ends, "1 orphaned;3 orphaned;5 orphaned;");
	ck_assert(expect_get(&t, 2)->orphan);
	ck_assert(!expect_get(&t, 4)->orphan);
	expect_fini(&t);
}
END_TEST

START_TEST(match)
{
	struct adit_addr a = at("10.0.0.5", 50000),
			 b = at("FTP.example", 50000),
			 c = at("10.0.0.6", 50000),
			 d = at("ftp.example", 50001),
			 e = at("::ffff:10.0.0.5", 50000);

	start();
	make(5, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(expect_match(&t, &a)->id, 1);
	ck_assert_uint_eq(expect_match(&t, &b)->id, 1);
	ck_assert_ptr_null(expect_match(&t, &c));
	ck_assert_ptr_null(expect_match(&t, &d));
	ck_assert_uint_eq(expect_match(&t, &e)->id, 1);
	make(6, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(expect_match(&t, &a)->id, 2);
	make(6, "10.0.0.6", 50000, ADIT_REVERSE);
	ck_assert_ptr_null(expect_match(&t, &c));
	expect_fini(&t);
}
END_TEST

START_TEST(spares)
{
	struct spares s = { 0 };
	struct adit_addr a;

	ck_assert(!spare_take(&s, 0, &a));
	for (unsigned i = 0; i < SPARES_MAX; i++) {
		a = at("127.77.0.1", 40000 + i);
		ck_assert_int_eq(spare_add(&s, &a), 0);
	}
	ck_assert_int_eq(spare_add(&s, &a), ERR_LIMIT);
	ck_assert(spare_take(&s, 40003, &a));
	ck_assert_uint_eq(a.port, 40003);
	ck_assert(spare_take(&s, 40003, &a));
	ck_assert_uint_eq(a.port, 40000);
	for (unsigned i = 2; i < SPARES_MAX; i++)
		ck_assert(spare_take(&s, 0, &a));
	ck_assert_uint_eq(a.port, 40000 + SPARES_MAX - 1);
	ck_assert(!spare_take(&s, 0, &a));
}
END_TEST

START_TEST(no_memory)
{
	struct expectation *e;
	long n = 0;

	start();
	for (left = 0; try_new(5, "10.0.0.5", 1, 0, &e); left = ++n)
		ck_assert_uint_eq(t.count, 0);
	left = -1;
	ck_assert_int_gt(n, 1);
	ck_assert_uint_eq(t.count, 1);
	ck_assert_uint_eq(e->id, 1);
	expect_fini(&t);
}
END_TEST

SUITE("expect/expect", one_use, several_uses, arming, cancel_and_failure, caps,
      bad_requests, lifetime, asked_while_paused, parent_gone, match, spares,
      no_memory)
