/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_spares_test.c - spare ports at the agent. */
#include "expect/expect_spares.h"

#include "base/err.h"

#include "suite.h"

#include <stdio.h>

static struct adit_addr at(uint16_t port)
{
	return (struct adit_addr){ .host = "127.77.0.1",
				   .port = port,
				   .family = AF_INET };
}

static struct expect_spares full(void)
{
	struct expect_spares s = { 0 };

	for (unsigned i = 0; i < EXPECT_SPARES_MAX; i++) {
		struct adit_addr a = at((uint16_t)(40000 + i));

		ck_assert_int_eq(expect_spares_add(&s, &a), 0);
	}
	return s;
}

START_TEST(taken_once)
{
	struct expect_spares s = full();
	struct adit_addr a = at(1);

	ck_assert_int_eq(expect_spares_add(&s, &a), ERR_LIMIT);
	ck_assert(expect_spares_take(&s, 40003, &a));
	ck_assert_uint_eq(a.port, 40003);
	ck_assert(expect_spares_take(&s, 40003, &a));
	ck_assert_uint_eq(a.port, 40000);
	for (unsigned i = 2; i < EXPECT_SPARES_MAX; i++)
		ck_assert(expect_spares_take(&s, 0, &a));
	ck_assert_uint_eq(a.port, 40000 + EXPECT_SPARES_MAX - 1);
	ck_assert(!expect_spares_take(&s, 0, &a));
}
END_TEST

START_TEST(handover)
{
	struct expect_spares from = full(), to = { 0 };
	struct handover out = handover_packing(), in;
	struct adit_addr a;

	expect_spares_handover(&out, &from);
	in = handover_unpacking(buf_ptr(&out.out), buf_len(&out.out), NULL, 0);
	expect_spares_handover(&in, &to);
	ck_assert(handover_is_done(&in));
	ck_assert_uint_eq(to.count, EXPECT_SPARES_MAX);
	ck_assert(expect_spares_take(&to, 40005, &a));
	ck_assert_str_eq(a.host, "127.77.0.1");
	ck_assert_uint_eq(a.port, 40005);
	handover_fini(&out);
}
END_TEST

SUITE("expect/expect_spares", taken_once, handover)
