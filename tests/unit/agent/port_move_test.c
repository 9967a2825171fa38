/* SPDX-License-Identifier: BSD-2-Clause */
/* port_move_test.c - where ports of a resource go that cannot be bound. */
#include "agent/port_move.h"

#include "suite.h"

static struct resource_entry entry;
static struct port_move m;

static void with(unsigned n, const uint16_t ports[][2])
{
	entry = (struct resource_entry){ .nranges = n };
	for (unsigned i = 0; i < n; i++) {
		entry.ranges[i].first = ports[i][0];
		entry.ranges[i].last = ports[i][1];
	}
	m = (struct port_move){ .entry = &entry, .offset = 10000 };
}

#define WITH(...)                                                              \
	do {                                                                   \
		static const uint16_t ports[][2] = { __VA_ARGS__ };            \
		with(sizeof ports / sizeof *ports, ports);                     \
	} while (0)

START_TEST(up_by_the_offset)
{
	WITH({ 23, 23 });
	ck_assert_uint_eq(port_move(&m, 23, 0), 10023);
	ck_assert_uint_eq(port_move(&m, 23, 1), 20023);
	ck_assert_uint_eq(port_move(&m, 23, 5), 60023);
	ck_assert_uint_eq(port_move(&m, 23, 6), 10023);
	ck_assert_uint_eq(port_move(&m, 23, 7), 10024);
	m.offset = 20000;
	ck_assert_uint_eq(port_move(&m, 23, 0), 20023);
	m.offset = 0;
	ck_assert_uint_eq(port_move(&m, 23, 0), 0);
}
END_TEST

START_TEST(never_to_a_port_of_its_own)
{
	WITH({ 22, 22 }, { 10022, 10022 });
	ck_assert_uint_eq(port_move(&m, 22, 0), 20022);
	WITH({ 10022, 10022 }, { 22, 22 });
	ck_assert_uint_eq(port_move(&m, 22, 0), 20022);
	WITH({ 21, 21 }, { 10000, 40000 });
	ck_assert_uint_eq(port_move(&m, 21, 0), 40021);
	/* Of those that the user chose. */
	WITH({ 23, 23 });
	m.first = 10020;
	m.last = 10029;
	ck_assert_uint_eq(port_move(&m, 23, 0), 20023);
}
END_TEST

START_TEST(the_web)
{
	WITH({ 80, 80 });
	ck_assert_uint_eq(port_move(&m, 80, 0), 8080);
	ck_assert_uint_eq(port_move(&m, 80, 1), 20080);
	WITH({ 80, 80 }, { 443, 443 }, { 10080, 10080 }, { 10443, 10443 });
	ck_assert_uint_eq(port_move(&m, 80, 0), 8080);
	ck_assert_uint_eq(port_move(&m, 443, 0), 8443);
	WITH({ 80, 80 }, { 443, 443 }, { 8080, 8080 }, { 8443, 8443 });
	ck_assert_uint_eq(port_move(&m, 80, 0), 20080);
	ck_assert_uint_eq(port_move(&m, 443, 0), 10443);
}
END_TEST

/* Ports that browsers refuse are skipped, for any port and any offset. */
START_TEST(no_port_that_browsers_refuse)
{
	WITH({ 5059, 5059 });
	m.offset = 1;
	ck_assert_uint_eq(port_move(&m, 5059, 0), 5062);
	WITH({ 6000, 6000 });
	m.offset = 666;
	ck_assert_uint_eq(port_move(&m, 6000, 0), 7332);
	WITH({ 1000, 1000 });
	m.offset = 10;
	ck_assert_uint_eq(port_move(&m, 1000, 0), 1030);
}
END_TEST

START_TEST(behind_the_last_one)
{
	uint16_t at;

	WITH({ 60000, 60000 });
	ck_assert_uint_eq(port_move(&m, 60000, 0), 5488);
	/* Nothing is left. */
	WITH({ 1, 65535 });
	ck_assert_uint_eq(port_move(&m, 80, 0), 0);
	WITH({ 1, 39999 }, { 40001, 65535 });
	ck_assert_uint_eq(port_move(&m, 443, 0), 40000);
	ck_assert_uint_eq(port_move(&m, 443, 1), 0);
	WITH({ 1, 1023 });
	for (unsigned p = 1; p < 1024; p++) {
		at = port_move(&m, (uint16_t)p, 0);
		ck_assert_uint_eq(at, p == 80  ? 8080u :
				      p == 443 ? 8443u :
						 p + 10000);
	}
}
END_TEST

SUITE("port_move", up_by_the_offset, never_to_a_port_of_its_own, the_web,
      no_port_that_browsers_refuse, behind_the_last_one)
