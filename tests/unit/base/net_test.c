/* SPDX-License-Identifier: BSD-2-Clause */
/* net_test.c - networks: what they hold, and how they may be written. */
#include "base/addr.h"
#include "base/err.h"
#include "suite.h"

#include <string.h>

static struct net net(const char *text)
{
	struct net n;

	ck_assert_msg(!net_parse(&n, text), "refused %s", text);
	return n;
}

static bool has(const char *network, const char *host)
{
	struct net n = net(network);
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, host, 80), 0);
	return net_has(&n, &a);
}

static bool covers(const char *outer, const char *inner)
{
	struct net o = net(outer), i = net(inner);

	return net_covers(&o, &i);
}

START_TEST(edges_v4)
{
	ck_assert(has("10.0.0.0/8", "10.0.0.0"));
	ck_assert(has("10.0.0.0/8", "10.255.255.255"));
	ck_assert(!has("10.0.0.0/8", "9.255.255.255"));
	ck_assert(!has("10.0.0.0/8", "11.0.0.0"));
	ck_assert(has("172.16.0.0/12", "172.31.255.255"));
	ck_assert(!has("172.16.0.0/12", "172.32.0.0"));
	ck_assert(has("192.0.2.128/25", "192.0.2.128"));
	ck_assert(!has("192.0.2.128/25", "192.0.2.127"));
	ck_assert(has("192.0.2.4/31", "192.0.2.5"));
	ck_assert(!has("192.0.2.4/31", "192.0.2.6"));
}
END_TEST

START_TEST(edges_v6)
{
	ck_assert(has("2001:db8::/32", "2001:db8:ffff::1"));
	ck_assert(!has("2001:db8::/32", "2001:db9::"));
	ck_assert(has("fe80::/10", "febf::1"));
	ck_assert(!has("fe80::/10", "fec0::"));
	ck_assert(has("::1", "::1"));
	ck_assert(!has("::1/128", "::2"));
}
END_TEST

START_TEST(all_of_a_family_only)
{
	ck_assert(has("0.0.0.0/0", "255.255.255.255"));
	ck_assert(has("::/0", "ffff::"));
	ck_assert(!has("0.0.0.0/0", "::1"));
	ck_assert(!has("::/0", "1.2.3.4"));
}
END_TEST

START_TEST(address_alone)
{
	ck_assert_uint_eq(net("192.0.2.7").bits, 32);
	ck_assert_uint_eq(net("2001:db8::1").bits, 128);
	ck_assert(has("192.0.2.7", "192.0.2.7"));
	ck_assert(!has("192.0.2.7", "192.0.2.6"));
}
END_TEST

START_TEST(mapped)
{
	ck_assert(has("10.0.0.0/8", "::ffff:10.1.2.3"));
	ck_assert_uint_eq(net("::ffff:10.0.0.0/104").bits, 8);
	ck_assert(has("::ffff:10.0.0.0/104", "10.1.2.3"));
	ck_assert_uint_eq(net("::ffff:10.0.0.1").bits, 32);
}
END_TEST

START_TEST(refuses)
{
	static const char *const bad[] = {
		"",
		"/",
		"/8",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/ 8",
		"10.0.0.0/8 ",
		"10.0.0.0/8/8",
		"10.0.0.0/x",
		"10.0.0.0/0008",
		"10.0.0.0/255.0.0.0",
		"10/8",
		"any",
		"::/129",
		"::/1000",
		"[::]/0",
		"10.0.0.1/8",
		"10.0.0.1/31",
		"192.0.2.129/25",
		"2001:db8::1/32",
		"128.0.0.0/0",
		"::ffff:10.0.0.0/8",
		"::ffff:10.0.0.0/95",
		"::ffff:10.0.0.1/104",
	};
	char longest[200];
	struct net n;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(net_parse(&n, bad[i]) == ERR_INVAL, "took \"%s\"",
			      bad[i]);
	memset(longest, '1', sizeof longest);
	memcpy(longest + sizeof longest - 3, "/8", 3);
	ck_assert_int_eq(net_parse(&n, longest), ERR_INVAL);
}
END_TEST

START_TEST(every_length)
{
	struct net n = { .base = { .family = AF_INET6 } };
	struct addr in = { .family = AF_INET6 }, out;

	for (unsigned bits = 1; bits <= 128; bits++) {
		n.bits = bits;
		out = in;
		out.ip[(bits - 1) / 8] |= (uint8_t)(0x80 >> (bits - 1) % 8);
		ck_assert(net_has(&n, &in));
		ck_assert(!net_has(&n, &out));
		n.bits = bits - 1;
		ck_assert(net_has(&n, &out));
	}
}
END_TEST

START_TEST(covering)
{
	ck_assert(covers("10.0.0.0/8", "10.0.0.0/8"));
	ck_assert(covers("10.0.0.0/8", "10.1.0.0/16"));
	ck_assert(covers("10.0.0.0/8", "10.1.2.3"));
	ck_assert(!covers("10.1.0.0/16", "10.0.0.0/8"));
	ck_assert(!covers("127.0.0.0/8", "0.0.0.0/0"));
	ck_assert(!covers("10.0.0.0/8", "11.0.0.0/16"));
	ck_assert(!covers("::/0", "10.0.0.0/8"));
	ck_assert(covers("169.254.0.0/16", "169.254.169.254"));
}
END_TEST

SUITE("net", edges_v4, edges_v6, all_of_a_family_only, address_alone, mapped,
      refuses, every_length, covering)
