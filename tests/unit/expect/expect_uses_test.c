/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_uses_test.c - an expectation of the session for so many connections. */
#include "expect/expect_inside.h"

#include "base/err.h"
#include "fake.h"

#include "suite.h"

static struct fake f;
static struct adit_addr to;
static struct adit_expect want;

/* One for two connections, of which the first has come. */
static void begin(void)
{
	struct expectation *e = NULL;
	struct adit_addr shown;

	to = fake_addr("10.0.0.5", 7000);
	want = (struct adit_expect){
		.size = sizeof want,
		.targets = &to,
		.ntargets = 1,
		.flags = ADIT_SHARED,
		.uses = 2,
		.lifetime_ms = 60000,
	};
	fake_init(&f);
	f.table.agent_shares = true;
	ck_assert_int_eq(fake_new(&f, 5, &want, &e), 0);
	ck_assert_int_eq(expect_ask(e, &shown), ADIT_WAIT);
	ck_assert_int_eq(fake_agent(&f, 1, 40000), 0);
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
}

/* The agent does not count: the gateway says when there were enough. */
START_TEST(so_many_connections)
{
	begin();
	f.said[0] = 0;
	ck_assert_int_eq(expect_take(&f.table, 1), 0);
	fake_said(&f, "withdraw 1;");
	ck_assert_uint_eq(f.table.count, 0);
	fake_fini(&f);
}
END_TEST

/* Each that asks is promised so many, and may have been asked for more. */
START_TEST(so_many_more_connections)
{
	struct expectation *e;

	begin();
	ck_assert_int_eq(fake_new(&f, 6, &want, &e), 0);
	ck_assert_uint_eq(e->uses, 2);
	want.uses = 1;
	ck_assert_int_eq(fake_new(&f, 6, &want, &e), 0);
	ck_assert_uint_eq(e->uses, 2);
	want.uses = 0;
	ck_assert_int_eq(fake_new(&f, 6, &want, &e), 0);
	want.uses = 1;
	ck_assert_int_eq(fake_new(&f, 6, &want, &e), 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(expect_take(&f.table, 1), 0);
	ck_assert_uint_eq(f.table.count, 1);
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_uses", so_many_connections, so_many_more_connections)
