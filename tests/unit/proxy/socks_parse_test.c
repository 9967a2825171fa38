/* SPDX-License-Identifier: BSD-2-Clause */
/* socks_parse_test.c - what a SOCKS5 client says, whole, cut and wrong. */
#include "proxy/socks_parse.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

typedef int parse_fn(const uint8_t *p, size_t n, struct dest *to,
		     enum socks_reply *reply);

static int greeting(const uint8_t *p, size_t n, struct dest *to,
		    enum socks_reply *reply)
{
	(void)to;
	return socks_greeting(p, n, reply);
}

/* Reads as the agent does: never more than was asked for, from a copy of just
 * that size.  The end is reached exactly. */
static enum socks_reply feed(parse_fn *parse, const uint8_t *p, size_t n,
			     struct dest *to)
{
	enum socks_reply reply = SOCKS_EXPIRED;
	size_t have = 0;
	int want;

	for (;;) {
		uint8_t *copy = malloc(have ? have : 1);

		memcpy(copy, p, have);
		want = parse(copy, have, to, &reply);
		free(copy);
		if (!want)
			break;
		ck_assert_int_gt(want, 0);
		have += (size_t)want;
		ck_assert_uint_le(have, n);
	}
	ck_assert_uint_eq(have, n);
	return reply;
}

static enum socks_reply greet(const void *p, size_t n)
{
	return feed(greeting, p, n, NULL);
}

static enum socks_reply ask(const void *p, size_t n, struct dest *to)
{
	return feed(socks_request, p, n, to);
}

START_TEST(greetings)
{
	uint8_t all[2 + 255] = { 5, 255 };

	ck_assert_int_eq(greet("\5\1\0", 3), SOCKS_OK);
	ck_assert_int_eq(greet("\5\2\2\0", 4), SOCKS_OK);
	ck_assert_int_eq(greet("\5\1\2", 3), SOCKS_NO_METHOD);
	ck_assert_int_eq(greet("\5\0", 2), SOCKS_NO_METHOD);
	memset(all + 2, 2, 255);
	ck_assert_int_eq(greet(all, sizeof all), SOCKS_NO_METHOD);
	all[sizeof all - 1] = 0;
	ck_assert_int_eq(greet(all, sizeof all), SOCKS_OK);
}
END_TEST

START_TEST(other_versions)
{
	enum socks_reply reply;
	struct dest to;

	for (unsigned v = 0; v < 256; v++) {
		uint8_t p[10] = { (uint8_t)v, 1, 0, 1, 127, 0, 0, 1, 0, 80 };

		if (v == 5)
			continue;
		for (size_t n = 1; n <= sizeof p; n++) {
			ck_assert_int_eq(socks_greeting(p, n, &reply),
					 ERR_PROTO);
			ck_assert_int_eq(socks_request(p, n, &to, &reply),
					 ERR_PROTO);
		}
	}
}
END_TEST

START_TEST(addresses)
{
	struct dest to;
	uint8_t six[22] = { 5, 1, 0, 4 };

	ck_assert_int_eq(ask("\5\1\0\1\12\1\2\3\0\x50", 10, &to), SOCKS_OK);
	ck_assert_str_eq(to.host, "10.1.2.3");
	ck_assert_uint_eq(to.port, 80);
	six[19] = 1;
	six[20] = 0xff;
	six[21] = 0xff;
	ck_assert_int_eq(ask(six, sizeof six, &to), SOCKS_OK);
	ck_assert_str_eq(to.host, "::1");
	ck_assert_uint_eq(to.port, 65535);
}
END_TEST

START_TEST(names)
{
	uint8_t longest[SOCKS_MAX] = { 5, 1, 0, 3, 255 };
	struct dest to;

	ck_assert_int_eq(ask("\5\1\0\3\1x\1\2", 8, &to), SOCKS_OK);
	ck_assert_str_eq(to.host, "x");
	ck_assert_uint_eq(to.port, 258);
	memset(longest + 5, 'n', 255);
	longest[SOCKS_MAX - 1] = 1;
	ck_assert_int_eq(ask(longest, sizeof longest, &to), SOCKS_OK);
	ck_assert_uint_eq(strlen(to.host), 255);
	ck_assert_int_eq(ask("\5\1\0\3\0\0\1", 7, &to), SOCKS_FAILED);
	ck_assert_int_eq(ask("\5\1\0\3\3a\0b\0\1", 10, &to), SOCKS_FAILED);
}
END_TEST

START_TEST(refused_requests)
{
	struct dest to;

	/* BIND, UDP ASSOCIATE, nothing, anything */
	ck_assert_int_eq(ask("\5\2\0\1\1\2\3\4\0\1", 10, &to),
			 SOCKS_NO_COMMAND);
	ck_assert_int_eq(ask("\5\3\0\3\1x\0\1", 8, &to), SOCKS_NO_COMMAND);
	ck_assert_int_eq(ask("\5\0\0\1\1\2\3\4\0\1", 10, &to),
			 SOCKS_NO_COMMAND);
	ck_assert_int_eq(ask("\5\xff\0\1\1\2\3\4\0\1", 10, &to),
			 SOCKS_NO_COMMAND);
	ck_assert_int_eq(ask("\5\1\0\1\1\2\3\4\0\0", 10, &to), SOCKS_FAILED);
	for (unsigned type = 0; type < 256; type++) {
		uint8_t p[5] = { 5, 1, 0, (uint8_t)type, 0 };

		if (type != 1 && type != 3 && type != 4)
			ck_assert_int_eq(ask(p, sizeof p, &to),
					 SOCKS_NO_ADDRESS_TYPE);
	}
}
END_TEST

START_TEST(reasons)
{
	ck_assert_int_eq(socks_reason(REASON_NONE), SOCKS_OK);
	ck_assert_int_eq(socks_reason(REASON_DENIED), SOCKS_NOT_ALLOWED);
	ck_assert_int_eq(socks_reason(REASON_REFUSED), SOCKS_REFUSED);
	ck_assert_int_eq(socks_reason(REASON_UNREACHABLE),
			 SOCKS_HOST_UNREACHABLE);
	ck_assert_int_eq(socks_reason(REASON_NO_ROUTE), SOCKS_NET_UNREACHABLE);
	ck_assert_int_eq(socks_reason(REASON_NO_NAME), SOCKS_HOST_UNREACHABLE);
	ck_assert_int_eq(socks_reason(REASON_TIMEOUT), SOCKS_HOST_UNREACHABLE);
	/* Only an orderly end is no failure. */
	for (unsigned r = 1; r < 70000; r++)
		ck_assert(socks_reason(r) > SOCKS_OK &&
			  socks_reason(r) <= SOCKS_NO_ADDRESS_TYPE);
}
END_TEST

SUITE("socks_parse", greetings, other_versions, addresses, names,
      refused_requests, reasons)
