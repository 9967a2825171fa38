/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges_test.c - networks that touch, hold and repeat each other. */
#include "intercept/ranges.h"

#include <arpa/inet.h>
#include <string.h>

#include "suite.h"

static struct ranges ranges;

static void of(const char *const *text, unsigned n)
{
	struct net nets[RANGES_MAX];

	for (unsigned i = 0; i < n; i++)
		ck_assert(!net_parse(&nets[i], text[i]));
	ranges_of(&ranges, nets, n);
}

static void is(unsigned at, const char *first, const char *end)
{
	const struct range *r = &ranges.item[at];
	uint8_t bytes[16] = { 0 };

	ck_assert_uint_lt(at, ranges.n);
	ck_assert_int_eq(inet_pton(r->family, first, bytes), 1);
	ck_assert_mem_eq(r->first, bytes, r->family == AF_INET ? 4 : 16);
	ck_assert_int_eq(r->is_last, !end);
	if (!end)
		return;
	ck_assert_int_eq(inet_pton(r->family, end, bytes), 1);
	ck_assert_mem_eq(r->end, bytes, r->family == AF_INET ? 4 : 16);
}

START_TEST(those_that_touch_are_one)
{
	static const char *const nets[] = {
		"10.9.1.0/24", "10.9.0.0/24",  "10.9.0.128/25",
		"10.9.0.0/24", "192.0.2.7/32", "10.9.3.255/32",
	};

	of(nets, ARRAY_LEN(nets));
	ck_assert_uint_eq(ranges.n, 3);
	is(0, "10.9.0.0", "10.9.2.0");
	is(1, "10.9.3.255", "10.9.4.0");
	is(2, "192.0.2.7", "192.0.2.8");
}
END_TEST

START_TEST(a_range_may_end_with_the_last_address)
{
	static const char *const nets[] = { "255.255.255.0/24", "0.0.0.0/0" };

	of(nets, 1);
	ck_assert_uint_eq(ranges.n, 1);
	is(0, "255.255.255.0", NULL);
	of(nets, 2);
	ck_assert_uint_eq(ranges.n, 1);
	is(0, "0.0.0.0", NULL);
}
END_TEST

START_TEST(families_stay_apart)
{
	static const char *const nets[] = { "fd09::/64", "10.9.0.0/24",
					    "fd09:0:0:1::/64", "::/128" };

	of(nets, ARRAY_LEN(nets));
	ck_assert_uint_eq(ranges.n, 3);
	is(0, "10.9.0.0", "10.9.1.0");
	is(1, "::", "::1");
	is(2, "fd09::", "fd09:0:0:2::");
}
END_TEST

START_TEST(none)
{
	of(NULL, 0);
	ck_assert_uint_eq(ranges.n, 0);
}
END_TEST

SUITE("intercept/ranges", those_that_touch_are_one,
      a_range_may_end_with_the_last_address, families_stay_apart, none)
