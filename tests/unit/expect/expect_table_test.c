/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_table_test.c - the life of an expectation. */
#include "base/err.h"
#include "fake.h"

#include "suite.h"

static struct fake f;

static struct expectation *get(uint32_t id)
{
	return expect_get(&f.table, id);
}

START_TEST(one_use)
{
	struct adit_addr show = fake_addr("127.0.0.1", 40001);
	struct expectation *e;

	fake_init(&f);
	e = fake_expect(&f, 5, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(e->id, 1);
	ck_assert_int_eq(e->state, EXPECT_WAITING);
	expect_answered(e, &show);
	ck_assert_int_eq(e->state, EXPECT_LISTENING);
	ck_assert_uint_eq(e->shown.port, 40001);
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	ck_assert_int_eq(expect_take(&f.table, 1), ERR_NOTFOUND);
	ck_assert_uint_eq(fake_expect(&f, 5, "10.0.0.5", 50000, 0)->id, 2);
	fake_fini(&f);
}
END_TEST

START_TEST(several_uses)
{
	fake_init(&f);
	fake_expect(&f, 5, "10.0.0.5", 50000, 0)->uses = 2;
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	ck_assert_ptr_nonnull(get(1));
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	ck_assert_ptr_null(get(1));
	fake_fini(&f);
}
END_TEST

START_TEST(arming)
{
	fake_init(&f);
	fake_expect(&f, 5, "10.0.0.5", 50000, ADIT_REVERSE | ADIT_UNARMED);
	ck_assert_int_eq(expect_take(&f.table, 1), ERR_AGAIN);
	ck_assert(expect_arm(&f.table, 1));
	ck_assert(!expect_arm(&f.table, 1));
	ck_assert(!expect_arm(&f.table, 0));
	ck_assert(!expect_arm(&f.table, 77));
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	fake_fini(&f);
}
END_TEST

START_TEST(cancel_and_failure)
{
	fake_init(&f);
	fake_expect(&f, 5, "10.0.0.5", 1, 0);
	fake_expect(&f, 5, "10.0.0.5", 2, 0);
	expect_cancel(&f.table, 1);
	expect_cancel(&f.table, 1);
	expect_cancel(&f.table, 0);
	expect_failed(&f.table, 2);
	expect_failed(&f.table, 3);
	ck_assert_uint_eq(f.table.count, 0);
	fake_said(&f, ""); /* the agent has never heard of them */
	fake_fini(&f);
}
END_TEST

/* A connection that came before its announcement is told that it fails. */
START_TEST(waiting_connections)
{
	struct list early[2];

	fake_init(&f);
	for (unsigned i = 0; i < 2; i++) {
		list_init(&early[i]);
		list_append(&fake_expect(&f, 5, "10.0.0.5", 1, ADIT_UNARMED)
				     ->waiting,
			    &early[i]);
	}
	expect_cancel(&f.table, 1);
	fake_said(&f, "turn away 1;");
	ck_assert(list_is_empty(&early[0]));
	ck_assert(!list_is_empty(&early[1]));
	fake_fini(&f);
	ck_assert(list_is_empty(&early[1]));
}
END_TEST

static int try_new(uint32_t channel, size_t ntargets)
{
	struct adit_addr to[EXPECT_TARGETS_MAX + 1] = { { .port = 1 } };
	struct adit_expect want = { .size = sizeof want,
				    .targets = to,
				    .ntargets = ntargets,
				    .uses = 1 };
	struct expectation *e;

	return fake_new(&f, channel, &want, &e);
}

START_TEST(caps)
{
	fake_init(&f);
	for (uint32_t i = 0; i < EXPECT_PER_TABLE; i++)
		fake_expect(&f, 1 + i / EXPECT_PER_CHANNEL, "10.0.0.5", 1, 0);
	ck_assert_int_eq(try_new(999, 1), ERR_LIMIT);
	expect_cancel(&f.table, 20);
	ck_assert_int_eq(try_new(6, 1), ERR_LIMIT);
	ck_assert_int_eq(try_new(2, 1), 0);
	fake_fini(&f);
}
END_TEST

START_TEST(bad_requests)
{
	fake_init(&f);
	ck_assert_int_eq(try_new(1, 0), ERR_INVAL);
	ck_assert_int_eq(try_new(1, EXPECT_TARGETS_MAX + 1), ERR_INVAL);
	f.table.last_id = UINT32_MAX;
	ck_assert_int_eq(try_new(1, 1), ERR_LIMIT);
	fake_fini(&f);
}
END_TEST

static void expire(uint64_t now)
{
	f.now = now;
	expect_expire(&f.table);
}

START_TEST(lifetime)
{
	fake_init(&f);
	fake_expect(&f, 5, "10.0.0.5", 1, 0);
	fake_expect(&f, 5, "10.0.0.5", 2, 0)->deadline += 5;
	expire(999 + EXPECT_LIFETIME_MS);
	ck_assert_ptr_nonnull(get(1));
	expire(1000 + EXPECT_LIFETIME_MS);
	ck_assert_ptr_null(get(1));
	f.now = 2000;
	expect_pause(&f.table);
	f.now = 4000;
	expect_pause(&f.table);
	expire(UINT64_MAX);
	ck_assert_ptr_nonnull(get(2));
	f.now = 10000;
	expect_resume(&f.table);
	f.now = 20000;
	expect_resume(&f.table);
	expire(9004 + EXPECT_LIFETIME_MS);
	ck_assert_ptr_nonnull(get(2));
	expire(9005 + EXPECT_LIFETIME_MS);
	ck_assert_ptr_null(get(2));
	fake_fini(&f);
}
END_TEST

/* An expectation that begins while time stands still has its whole time
 * left. */
START_TEST(asked_while_paused)
{
	fake_init(&f);
	f.now = 400;
	expect_pause(&f.table);
	f.now = 1000;
	fake_expect(&f, 5, "10.0.0.5", 1, 0);
	f.now = 10000;
	expect_resume(&f.table);
	ck_assert_uint_eq(get(1)->deadline, 10000 + EXPECT_LIFETIME_MS);
	fake_fini(&f);
}
END_TEST

START_TEST(parent_gone)
{
	struct adit_addr show = fake_addr("127.0.0.1", 40001);

	fake_init(&f);
	expect_answered(fake_expect(&f, 5, "10.0.0.5", 1, 0), &show);
	expect_answered(fake_expect(&f, 5, "10.0.0.5", 2, ADIT_OUTLIVES),
			&show);
	fake_expect(&f, 5, "10.0.0.5", 3, ADIT_OUTLIVES);
	expect_answered(fake_expect(&f, 6, "10.0.0.5", 4, 0), &show);
	expect_answered(fake_expect(&f, 5, "10.0.0.5", 5,
				    ADIT_OUTLIVES | ADIT_UNARMED),
			&show);
	expect_parent_gone(&f.table, &f.parent[5], 5);
	ck_assert_ptr_null(get(1));
	ck_assert_ptr_null(get(3));
	ck_assert_ptr_null(get(5));
	ck_assert_ptr_null(get(2)->parent);
	ck_assert_ptr_eq(get(4)->parent, &f.parent[6]);
	ck_assert_ptr_null(f.parent[5].asker);
	fake_fini(&f);
}
END_TEST

static uint32_t match(const char *host, unsigned long port)
{
	struct adit_addr to = fake_addr(host, port);
	struct expectation *e = expect_match(&f.table, &to);

	return e ? e->id : 0;
}

START_TEST(matches)
{
	fake_init(&f);
	fake_expect(&f, 5, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(match("10.0.0.5", 50000), 1);
	ck_assert_uint_eq(match("FTP.example", 50000), 1);
	ck_assert_uint_eq(match("10.0.0.6", 50000), 0);
	ck_assert_uint_eq(match("ftp.example", 50001), 0);
	ck_assert_uint_eq(match("::ffff:10.0.0.5", 50000), 1);
	fake_expect(&f, 6, "10.0.0.5", 50000, 0);
	ck_assert_uint_eq(match("10.0.0.5", 50000), 2);
	fake_expect(&f, 6, "10.0.0.6", 50000, ADIT_REVERSE);
	ck_assert_uint_eq(match("10.0.0.6", 50000), 0);
	fake_fini(&f);
}
END_TEST

START_TEST(no_memory)
{
	long n = 0;

	fake_init(&f);
	for (fake_allocations = 0; try_new(5, 1); fake_allocations = ++n)
		ck_assert_uint_eq(f.table.count, 0);
	fake_allocations = -1;
	ck_assert_int_gt(n, 1);
	ck_assert_uint_eq(f.table.count, 1);
	ck_assert_ptr_nonnull(get(1));
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_table", one_use, several_uses, arming, cancel_and_failure,
      waiting_connections, caps, bad_requests, lifetime, asked_while_paused,
      parent_gone, matches, no_memory)
