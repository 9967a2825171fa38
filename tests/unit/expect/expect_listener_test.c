/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_listener_test.c - listeners at the agent, shared and queued for. */
#include "expect/expect_listener.h"

#include "base/err.h"
#include "fake.h"

#include "suite.h"

#include <stdio.h>

static struct fake f;

static enum adit_result ask(uint32_t channel, unsigned long port,
			    uint32_t flags)
{
	return fake_ask(&f, channel, "10.0.0.5", port, flags);
}

START_TEST(same_address_twice)
{
	fake_init(&f);
	ck_assert_int_eq(ask(5, 50000, ADIT_OUTLIVES), ADIT_WAIT);
	ck_assert_int_eq(ask(6, 50000, ADIT_OUTLIVES), ADIT_WAIT);
	fake_said(&f, "post 1 any uses 255;");
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	fake_said(&f, "answer 1 127.0.0.1:40000;answer 2 127.0.0.1:40000;");
	ck_assert_int_eq(ask(7, 50000, ADIT_OUTLIVES), ADIT_OK);
	fake_said(&f, "");
	/* The oldest first, and the listener goes with the last. */
	for (uint32_t id = 1; id <= 3; id++) {
		ck_assert_uint_eq(expect_through(&f.table, 1)->id, id);
		ck_assert_int_eq(expect_take(&f.table, id), 0);
	}
	fake_said(&f, "withdraw 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(not_alike)
{
	fake_init(&f);
	ask(5, 50000, ADIT_OUTLIVES);
	ask(6, 50001, ADIT_OUTLIVES);
	ask(6, 50000, 0);
	ask(6, 50000, ADIT_OUTLIVES | ADIT_INSPECT);
	ask(6, 50000, ADIT_OUTLIVES | ADIT_UNARMED);
	ck_assert_uint_eq(f.table.nlisteners, 5);
	snprintf(f.asker[6].shown.host, sizeof f.asker[6].shown.host,
		 "127.0.0.2");
	ask(6, 50000, ADIT_OUTLIVES);
	ck_assert_uint_eq(f.table.nlisteners, 6);
	fake_fini(&f);
}
END_TEST

/* EXPECT can say 255 connections at most. */
START_TEST(a_shared_one_is_full)
{
	fake_init(&f);
	for (uint32_t i = 0; i < EXPECT_LISTENER_USES; i++)
		ask(1 + i / EXPECT_PER_CHANNEL, 50000, ADIT_OUTLIVES);
	ck_assert_uint_eq(f.table.nlisteners, 1);
	ask(99, 50000, ADIT_OUTLIVES);
	ck_assert_uint_eq(f.table.nlisteners, 2);
	fake_fini(&f);
}
END_TEST

START_TEST(failure_is_told_to_all)
{
	fake_init(&f);
	ask(5, 50000, ADIT_OUTLIVES);
	ask(6, 50000, ADIT_OUTLIVES);
	ck_assert_int_eq(fake_agent(&f, 1, 0), 0);
	fake_said(&f, "post 1 any uses 255;channel 5 ends: no port is left;"
		      "answer 1 failed;answer 2 failed;");
	ck_assert_uint_eq(f.table.count, 0);
	fake_fini(&f);
}
END_TEST

static void fill(void)
{
	for (uint32_t i = 0; i < EXPECT_LISTENERS_OLD; i++)
		ask(10 + i, 1 + i, 0);
	ck_assert_uint_eq(f.table.nlisteners, EXPECT_LISTENERS_OLD);
	f.said[0] = 0;
}

START_TEST(queue)
{
	fake_init(&f);
	fill();
	ck_assert_int_eq(ask(5, 50000, 0), ADIT_WAIT);
	fake_said(&f, "crowded;");
	expect_look(&f.table);
	fake_said(&f, "crowded;");
	ck_assert_int_eq(expect_take(&f.table, 3), 0);
	fake_said(&f, "look later;");
	expect_look(&f.table);
	fake_said(&f, "post 257 any uses 1;");
	fake_fini(&f);
}
END_TEST

START_TEST(ended_in_the_queue)
{
	fake_init(&f);
	fill();
	ask(5, 50000, 0);
	ask(6, 50000, 0);
	expect_parent_gone(&f.table, &f.parent[5], 5);
	f.said[0] = 0;
	expect_cancel(&f.table, 1);
	fake_said(&f, "withdraw 1;look later;");
	expect_look(&f.table);
	fake_said(&f, "post 258 any uses 1;");
	fake_fini(&f);
}
END_TEST

/* The agent's answer went with the channel that had asked. */
START_TEST(opener_gone)
{
	fake_init(&f);
	ask(5, 50000, ADIT_OUTLIVES);
	ask(6, 50000, ADIT_OUTLIVES);
	f.said[0] = 0;
	expect_parent_gone(&f.table, &f.parent[5], 5);
	fake_said(&f, "look later;withdraw 1;look later;");
	ck_assert_uint_eq(f.table.nlisteners, 0);
	expect_look(&f.table);
	fake_said(&f, "post 2 any uses 255;");
	fake_fini(&f);
}
END_TEST

START_TEST(no_memory)
{
	struct expectation *e;
	struct expect_listener *l;

	fake_init(&f);
	e = fake_expect(&f, 5, "10.0.0.5", 1, 0);
	fake_allocations = 0;
	ck_assert_int_eq(expect_listener_open(e, &l), ERR_NOMEM);
	ck_assert_uint_eq(f.table.nlisteners, 0);
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_listener", same_address_twice, not_alike,
      a_shared_one_is_full, failure_is_told_to_all, queue, ended_in_the_queue,
      opener_gone, no_memory)
