/* SPDX-License-Identifier: BSD-2-Clause */
/* sources_test.c - the credit of a source for handshakes, with a clock of the
 * test. */
#include "front/sources.h"

#include "suite.h"

#include <stdio.h>

enum { SECOND = 1000000 };

static struct sources *s;

static struct source at(const char *host)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, host, 1), 0);
	return source_of(s, &a);
}

/* How many handshakes it gets now. */
static unsigned spend(const char *host, uint64_t now, unsigned most)
{
	struct source who = at(host);
	unsigned n = 0;

	while (n < most && source_has_credit(s, &who, now)) {
		source_charge(s, &who, now);
		n++;
	}
	return n;
}

START_TEST(a_host_has_a_burst_then_a_rate)
{
	uint64_t now = 1000 * SECOND;

	s = sources_new();
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), SOURCE_BURST_HOST);
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), 0);
	ck_assert_uint_eq(spend("198.51.100.1", now, 1), 1);
	now += 10 * SECOND;
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), 10 * SOURCE_RATE_HOST);
	/* All of it is back after a while, and not more. */
	now += 3600ull * SECOND;
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), SOURCE_BURST_HOST);
	sources_free(s);
}
END_TEST

START_TEST(a_network_has_one_too)
{
	uint64_t now = 1000 * SECOND;
	unsigned all = 0;
	char host[32];

	s = sources_new();
	for (unsigned i = 1; i < 255; i++) {
		snprintf(host, sizeof host, "192.0.2.%u", i);
		all += spend(host, now, 10);
	}
	ck_assert_uint_eq(all, SOURCE_BURST_NET);
	ck_assert_uint_eq(spend("192.0.3.1", now, 10), 10);
	/* A /64 is a host, a /48 a network. */
	all = 0;
	for (unsigned i = 0; i < 100; i++) {
		snprintf(host, sizeof host, "2001:db8:1:%x::%x", i / 50, i);
		all += spend(host, now, 10);
	}
	ck_assert_uint_eq(all, 2 * SOURCE_BURST_HOST);
	for (unsigned i = 2; i < 100; i++) {
		snprintf(host, sizeof host, "2001:db8:1:%x::1", i);
		all += spend(host, now, 10);
	}
	ck_assert_uint_eq(all, SOURCE_BURST_NET);
	ck_assert_uint_eq(spend("2001:db8:2::1", now, 10), 10);
	sources_free(s);
}
END_TEST

START_TEST(a_login_costs_nothing)
{
	uint64_t now = 1000 * SECOND;
	struct source who;

	s = sources_new();
	who = at("192.0.2.1");
	for (unsigned i = 0; i < 10 * SOURCE_BURST_NET; i++) {
		ck_assert(source_has_credit(s, &who, now));
		source_charge(s, &who, now);
		source_refund(s, &who);
	}
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), SOURCE_BURST_HOST);
	sources_free(s);
}
END_TEST

/* Traffic from other sources gives no credit to a source that has used up its
 * own. */
START_TEST(cannot_be_flushed)
{
	uint64_t now = 1000 * SECOND;
	char host[32];

	s = sources_new();
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), SOURCE_BURST_HOST);
	for (unsigned i = 0; i < suite_rounds(100000); i++) {
		snprintf(host, sizeof host, "10.%u.%u.1", i >> 8 & 255,
			 i & 255);
		spend(host, now, 1);
	}
	ck_assert_uint_eq(spend("192.0.2.1", now, 1000), 0);
	sources_free(s);
}
END_TEST

/* A botnet of 500 hosts, each in a network of its own, uses all it gets. */
START_TEST(others_are_seldom_in_the_way)
{
	uint64_t now = 1000 * SECOND;
	unsigned got = 0;
	char host[32];

	s = sources_new();
	for (unsigned i = 0; i < 500; i++) {
		snprintf(host, sizeof host, "10.%u.%u.1", i >> 8, i & 255);
		spend(host, now, 1000);
	}
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(host, sizeof host, "172.%u.%u.1", 16 + (i >> 8),
			 i & 255);
		got += spend(host, now, 1);
	}
	ck_assert_uint_ge(got, 990);
	sources_free(s);
}
END_TEST

START_TEST(connections_are_counted)
{
	struct source one, beside, other;

	s = sources_new();
	one = at("192.0.2.1");
	beside = at("192.0.2.2");
	other = at("192.0.3.2");
	source_enter(s, &one, PLACE_INSIDE);
	source_enter(s, &one, PLACE_INSIDE);
	source_enter(s, &beside, PLACE_WAITING);
	ck_assert_uint_eq(source_count(s, &one, SOURCE_HOST, PLACE_INSIDE), 2);
	ck_assert_uint_eq(source_count(s, &beside, SOURCE_HOST, PLACE_INSIDE),
			  0);
	ck_assert_uint_eq(source_count(s, &beside, SOURCE_NET, PLACE_INSIDE),
			  2);
	ck_assert_uint_eq(source_count(s, &one, SOURCE_NET, PLACE_WAITING), 1);
	ck_assert_uint_eq(source_count(s, &other, SOURCE_NET, PLACE_INSIDE), 0);
	source_leave(s, &one, PLACE_INSIDE);
	source_leave(s, &one, PLACE_INSIDE);
	ck_assert_uint_eq(source_count(s, &beside, SOURCE_NET, PLACE_INSIDE),
			  0);
	sources_free(s);
}
END_TEST

SUITE("front/sources", a_host_has_a_burst_then_a_rate, a_network_has_one_too,
      a_login_costs_nothing, cannot_be_flushed, others_are_seldom_in_the_way,
      connections_are_counted)
