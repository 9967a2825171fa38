/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_target_test.c - the addresses that an expectation may lead to. */
#include "base/err.h"
#include "expect/expect_inside.h"
#include "fake.h"

#include "suite.h"

#include <stdlib.h>

static struct fake f;

static struct expectation *three(const char *a, const char *b, const char *c)
{
	struct adit_addr to[] = { fake_addr(a, 1), fake_addr(b, 2),
				  fake_addr(c, 3) };
	struct adit_expect want = {
		.size = sizeof want, .targets = to, .ntargets = 3, .uses = 1
	};
	struct expectation *e;

	ck_assert_int_eq(fake_new(&f, 5, &want, &e), 0);
	return e;
}

static void is_found(const struct expectation *e, size_t i, const char *at,
		     const char *name)
{
	char text[ADDR_TEXT];

	ck_assert_uint_lt(i, e->nfound);
	ck_assert_str_eq(addr_str(&e->found[i].at, text), at);
	ck_assert_str_eq(e->found[i].name, name);
}

START_TEST(in_their_order)
{
	struct addr found[2];
	struct expectation *e;

	fake_init(&f);
	ck_assert_int_eq(addr_parse(&found[0], "10.0.0.7", 0), 0);
	ck_assert_int_eq(addr_parse(&found[1], "10.0.0.8", 99), 0);
	f.denied = "10.0.0.9";
	e = three("10.0.0.9", "node.example", "10.0.0.5");
	ck_assert_int_eq(expect_target_find(e), ERR_AGAIN);
	fake_said(&f, "look up node.example;");
	free(e->lookup);
	expect_target_resolved(e, found, 2, NULL);
	ck_assert_ptr_null(e->lookup);
	ck_assert_int_eq(expect_target_find(e), 0);
	ck_assert_uint_eq(e->nfound, 3);
	is_found(e, 0, "10.0.0.7:2", "node.example");
	is_found(e, 1, "10.0.0.8:2", "node.example");
	is_found(e, 2, "10.0.0.5:3", "");
	/* Policy is not asked again. */
	f.denied = "10.0.0.5";
	ck_assert_int_eq(expect_target_find(e), 0);
	fake_fini(&f);
}
END_TEST

START_TEST(none_is_allowed)
{
	struct expectation *e;

	fake_init(&f);
	f.denied = "10.0.0.9";
	e = three("10.0.0.9", "10.0.0.9", "10.0.0.9");
	ck_assert_int_eq(expect_target_find(e), ERR_DENIED);
	fake_fini(&f);
}
END_TEST

START_TEST(no_more_than_so_many)
{
	struct addr found[EXPECT_TARGETS_MAX];
	struct expectation *e;

	fake_init(&f);
	for (unsigned i = 0; i < EXPECT_TARGETS_MAX; i++)
		ck_assert_int_eq(addr_parse(&found[i], "10.0.0.7", 0), 0);
	e = three("10.0.0.5", "node.example", "10.0.0.6");
	ck_assert_int_eq(expect_target_find(e), ERR_AGAIN);
	free(e->lookup);
	expect_target_resolved(e, found, EXPECT_TARGETS_MAX, NULL);
	ck_assert_int_eq(expect_target_find(e), 0);
	ck_assert_uint_eq(e->nfound, EXPECT_TARGETS_MAX);
	fake_fini(&f);
}
END_TEST

SUITE("expect/expect_target", in_their_order, none_is_allowed,
      no_more_than_so_many)
