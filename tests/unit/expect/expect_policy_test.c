/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_policy_test.c - where a plugin may lead. */
#include "expect/expect_policy.h"

#include "suite.h"

static struct gw_pair pair = { (char *)"redirect_allow", NULL, 1 };
static struct gw_resource resource = {
	.name = (char *)"files",
};
static const struct gw_locals none;
static const struct adit_addr server = { .host = "10.0.0.5", .port = 21 };

static struct expect_policy policy(const char *redirect_allow)
{
	pair.value = (char *)(uintptr_t)redirect_allow;
	resource.options.item = &pair;
	resource.options.n = redirect_allow ? 1 : 0;
	return (struct expect_policy){ &resource, &none, &server };
}

static bool lets_out(const char *redirect_allow, const char *to, unsigned port,
		     const char *name)
{
	struct expect_policy p = policy(redirect_allow);
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, to, port), 0);
	return expect_policy_lets_out(&p, &a, name);
}

static bool lets_in(const char *redirect_allow, const char *from)
{
	struct expect_policy p = policy(redirect_allow);
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, from, 50000), 0);
	return expect_policy_lets_in(&p, &a);
}

START_TEST(to_its_own_server)
{
	ck_assert(lets_out(NULL, "10.0.0.5", 50000, ""));
	ck_assert(lets_out(NULL, "::ffff:10.0.0.5", 50000, ""));
	ck_assert(!lets_out(NULL, "10.0.0.6", 50000, ""));
	ck_assert(!lets_out(NULL, "10.0.0.6", 21, "10.0.0.5"));
}
END_TEST

START_TEST(where_redirect_allow_says)
{
	ck_assert(lets_out("10.2.0.0/16:1521", "10.2.3.4", 1521, ""));
	ck_assert(!lets_out("10.2.0.0/16:1521", "10.2.3.4", 1522, ""));
	ck_assert(lets_out("db.example", "10.2.3.4", 1, "db.example"));
	ck_assert(!lets_out("db.example", "10.2.3.4", 1, ""));
	ck_assert(lets_out("10.2.0.0/16, db.example", "10.9.9.9", 1,
			   "db.example"));
}
END_TEST

/* The owner of a name can make it lead to any address. */
START_TEST(not_to_what_is_built_in)
{
	ck_assert(!lets_out("db.example", "127.0.0.1", 1, "db.example"));
	ck_assert(!lets_out("db.example", "169.254.1.1", 1, "db.example"));
	ck_assert(!lets_out("db.example", "::1", 1, "db.example"));
}
END_TEST

START_TEST(not_where_deny_says)
{
	struct net deny;

	ck_assert_int_eq(addr_parse(&deny.base, "10.0.0.5", 0), 0);
	deny.bits = 32;
	resource.deny.item = &deny;
	resource.deny.n = 1;
	ck_assert(!lets_out(NULL, "10.0.0.5", 50000, ""));
	ck_assert(!lets_out("10.0.0.0/8", "10.0.0.5", 50000, ""));
	ck_assert(lets_out("10.0.0.0/8", "10.0.0.6", 50000, ""));
	resource.deny.n = 0;
}
END_TEST

START_TEST(from_where_a_server_comes)
{
	ck_assert(lets_in(NULL, "10.0.0.5"));
	ck_assert(!lets_in(NULL, "10.0.0.6"));
	/* The port of who connects is its own business. */
	ck_assert(lets_in("10.2.0.0/16:1521", "10.2.3.4"));
	ck_assert(!lets_in("db.example", "10.2.3.4"));
}
END_TEST

START_TEST(without_a_resource)
{
	struct expect_policy p = policy("10.0.0.0/8");
	struct addr a;

	p.resource = NULL;
	ck_assert_int_eq(addr_parse(&a, "10.0.0.5", 1), 0);
	ck_assert(!expect_policy_lets_out(&p, &a, ""));
	ck_assert(expect_policy_lets_in(&p, &a));
	ck_assert_int_eq(addr_parse(&a, "10.0.0.6", 1), 0);
	ck_assert(!expect_policy_lets_in(&p, &a));
}
END_TEST

SUITE("expect/expect_policy", to_its_own_server, where_redirect_allow_says,
      not_to_what_is_built_in, not_where_deny_says, from_where_a_server_comes,
      without_a_resource)
