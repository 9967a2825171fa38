/* SPDX-License-Identifier: BSD-2-Clause */
/* packet_test.c - the first packet of a connection, whole, cut and wrong. */
#include "intercept/packet.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

enum { IPV4 = 20, IPV6 = 40, TCP = 14 /* up to the flags */ };

/* 192.0.0.8:40000 to 10.9.0.2:21. */
static const uint8_t syn4[IPV4 + TCP] = {
	0x45, 0, 0, 60, 0x12, 0x34, 0x40, 0, 64,   6,    0, 0,
	192,  0, 0, 8,  10,   9,    0,    2, 0x9c, 0x40, 0, 21,
	1,    2, 3, 4,  0,    0,    0,    0, 0xa0, 0x02,
};

/* [fd61::1]:40000 to [fd09::2]:21. */
static const uint8_t syn6[IPV6 + TCP] = {
	0x60, 0,  0, 0, 0, 40, 6, 64, 0xfd, 0x61, 0,    0,    0,    0,
	0,    0,  0, 0, 0, 0,  0, 0,  0,    1,    0xfd, 9,    0,    0,
	0,    0,  0, 0, 0, 0,  0, 0,  0,    0,    0,    2,    0x9c, 0x40,
	0,    21, 1, 2, 3, 4,  0, 0,  0,    0,    0xa0, 0x02,
};

/* From a copy of just that size, so that AddressSanitizer sees a byte too
 * far. */
static int feed(const uint8_t *p, size_t n, struct packet_syn *s)
{
	uint8_t *copy = malloc(n ? n : 1);
	int ret;

	memcpy(copy, p, n);
	ret = packet_read_syn(s, copy, n);
	free(copy);
	return ret;
}

static void is_read(const uint8_t *p, size_t n, const char *from,
		    const char *to)
{
	struct packet_syn s;
	char text[ADDR_TEXT];

	ck_assert_int_eq(feed(p, n, &s), 0);
	ck_assert_str_eq(addr_str(&s.from, text), from);
	ck_assert_str_eq(addr_str(&s.to, text), to);
	ck_assert_uint_eq(s.seq, 0x01020304);
}

START_TEST(both_families)
{
	is_read(syn4, sizeof syn4, "192.0.0.8:40000", "10.9.0.2:21");
	is_read(syn6, sizeof syn6, "[fd61::1]:40000", "[fd09::2]:21");
}
END_TEST

START_TEST(ipv4_options_are_passed_by)
{
	uint8_t p[sizeof syn4 + 8] = { 0 };

	memcpy(p, syn4, IPV4);
	p[0] = 0x47;
	memcpy(p + IPV4 + 8, syn4 + IPV4, TCP);
	is_read(p, sizeof p, "192.0.0.8:40000", "10.9.0.2:21");
}
END_TEST

START_TEST(cut_anywhere)
{
	struct packet_syn s;

	for (size_t n = 0; n < sizeof syn4; n++)
		ck_assert_int_eq(feed(syn4, n, &s), ERR_INVAL);
	for (size_t n = 0; n < sizeof syn6; n++)
		ck_assert_int_eq(feed(syn6, n, &s), ERR_INVAL);
}
END_TEST

/* What one other byte makes of it. */
START_TEST(others_are_none)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} wrong[] = {
		{ 0, 0x44 },  /* a header shorter than a header */
		{ 0, 0x55 },  /* IP version 5 */
		{ 7, 0x01 },  /* the middle of a larger packet */
		{ 9, 17 },    /* UDP */
		{ 33, 0x12 }, /* SYN ACK */
		{ 33, 0x10 }, /* ACK */
		{ 33, 0x06 }, /* RST */
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		uint8_t p[sizeof syn4];
		struct packet_syn s;

		memcpy(p, syn4, sizeof p);
		p[wrong[i].at] = wrong[i].byte;
		ck_assert_msg(feed(p, sizeof p, &s) == ERR_INVAL,
			      "byte %zu is %x", wrong[i].at, wrong[i].byte);
	}
}
END_TEST

SUITE("packet", both_families, ipv4_options_are_passed_by, cut_anywhere,
      others_are_none)
