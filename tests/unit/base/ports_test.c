/* SPDX-License-Identifier: BSD-2-Clause */
/* ports_test.c - a set of ports keeps its order, and no port twice. */
#include "base/ports.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>

static struct port_set of(uint16_t lo, uint16_t hi)
{
	struct port_set s = { 0 };

	ck_assert_int_eq(port_set_add(&s, 143, 143), 0);
	ck_assert_int_eq(port_set_add(&s, lo, hi), 0);
	return s;
}

START_TEST(the_ends_are_in_it)
{
	struct port_set s = of(20, 25);

	ck_assert(port_set_has(&s, 20) && port_set_has(&s, 25));
	ck_assert(!port_set_has(&s, 19) && !port_set_has(&s, 26));
	ck_assert(port_set_has(&s, 143) && !port_set_has(&s, 0));
	s = of(65535, 65535);
	ck_assert(port_set_has(&s, 65535));
}
END_TEST

START_TEST(each_in_its_order)
{
	static const uint16_t ports[] = { 143, 20, 21, 22 };
	struct port_set s = of(20, 22), all = { 0 };

	ck_assert_uint_eq(port_set_count(&s), 4);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(port_set_at(&s, i), ports[i]);
	ck_assert_uint_eq(port_set_at(&s, 4), 0);
	ck_assert_int_eq(port_set_add(&all, 1, 65535), 0);
	ck_assert_uint_eq(port_set_count(&all), 65535);
	ck_assert_uint_eq(port_set_at(&all, 65534), 65535);
	ck_assert_uint_eq(port_set_at(&all, 65535), 0);
}
END_TEST

START_TEST(what_is_refused)
{
	static const uint16_t bad[][2] = {
		{ 0, 5 },  { 9, 8 },     { 20, 20 }, { 25, 30 },
		{ 1, 20 }, { 1, 65535 }, { 22, 23 }, { 143, 143 },
	};
	struct port_set s = of(20, 25);

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_int_eq(port_set_add(&s, bad[i][0], bad[i][1]),
				 ERR_INVAL);
	ck_assert_uint_eq(port_set_count(&s), 7);
	ck_assert_int_eq(port_set_add(&s, 26, 142), 0);
}
END_TEST

START_TEST(no_more_ranges)
{
	struct port_set s = { 0 };
	uint16_t port;

	for (port = 1; port <= PORT_RANGES_MAX; port++)
		ck_assert_int_eq(port_set_add(&s, port, port), 0);
	ck_assert_int_eq(port_set_add(&s, port, port), ERR_LIMIT);
	ck_assert_uint_eq(port_set_count(&s), PORT_RANGES_MAX);
}
END_TEST

/* Only the first n ranges count, whatever stands behind them. */
START_TEST(behind_the_last_range)
{
	struct port_set s = of(20, 25);
	char text[32];

	s.n = 1;
	ck_assert(!port_set_has(&s, 20));
	ck_assert_uint_eq(port_set_count(&s), 1);
	ck_assert_uint_eq(port_set_at(&s, 1), 0);
	ck_assert_str_eq(port_set_str(&s, text, sizeof text), "143");
}
END_TEST

START_TEST(as_text)
{
	struct port_set s = of(20, 25), none = { 0 };
	char text[32] = "?", cut[8];

	ck_assert_str_eq(port_set_str(&s, text, sizeof text), "143, 20-25");
	ck_assert_str_eq(port_set_str(&s, cut, sizeof cut), "143, 20");
	ck_assert_str_eq(port_set_str(&none, text, sizeof text), "");
}
END_TEST

SUITE("ports", the_ends_are_in_it, each_in_its_order, what_is_refused,
      no_more_ranges, behind_the_last_range, as_text)
