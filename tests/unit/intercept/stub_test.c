/* SPDX-License-Identifier: BSD-2-Clause */
/* stub_test.c - DNS queries as resolvers send them, and broken ones. */
#include "intercept/stub.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

enum { A = 1, PTR = 12, AAAA = 28, HTTPS = 65, ANY = 255, IN = 1, CHAOS = 3 };

static uint8_t reply[STUB_REPLY];
static size_t len;

static int covered(void *ctx, const char *name,
		   struct addr out[static STUB_ADDRS])
{
	(void)ctx;
	if (!strcmp(name, "corp.example"))
		return 0;
	if (strcmp(name, "db.corp.example"))
		return -1;
	ck_assert_int_eq(addr_parse(&out[0], "198.18.0.7", 0), 0);
	ck_assert_int_eq(addr_parse(&out[1], "127.77.0.9", 0), 0);
	ck_assert_int_eq(addr_parse(&out[2], "2001:db8::1", 0), 0);
	return 3;
}

static bool name_of_address(void *ctx, const struct addr *a,
			    char out[static STUB_NAME])
{
	char text[ADDR_TEXT];

	(void)ctx;
	addr_host(a, text);
	memcpy(out, "db.corp.example", 16);
	return !strcmp(text, "198.18.0.7") || !strcmp(text, "2001:db8::1");
}

static const struct stub_names names = {
	.addresses = covered,
	.name = name_of_address,
	.ttl_s = 5,
};

/* A query for `name`, which has dots between its labels. */
static size_t query_make(uint8_t *q, const char *name, unsigned type,
			 unsigned class)
{
	static const uint8_t header[12] = { 0xab, 0xcd, 1, 0, 0, 1 };
	uint8_t *p = q + sizeof header;

	memcpy(q, header, sizeof header);
	while (*name) {
		size_t n = strcspn(name, ".");

		*p++ = (uint8_t)n;
		memcpy(p, name, n);
		p += n;
		name += n + (name[n] == '.');
	}
	*p++ = 0;
	*p++ = (uint8_t)(type >> 8);
	*p++ = (uint8_t)type;
	*p++ = 0;
	*p++ = (uint8_t) class;
	return (size_t)(p - q);
}

/* In memory of just that size, so that AddressSanitizer sees a byte too far. */
static enum stub_verdict give(const uint8_t *q, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	enum stub_verdict v;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, q, n);
	v = stub_reply(&names, copy, n, reply, &len);
	free(copy);
	return v;
}

static enum stub_verdict ask(const char *name, unsigned type)
{
	uint8_t q[300];

	return give(q, query_make(q, name, type, IN));
}

static unsigned rcode(void)
{
	return reply[3] & 15;
}

static unsigned answers(void)
{
	return (unsigned)reply[6] << 8 | reply[7];
}

START_TEST(address_bytes)
{
	static const uint8_t want[] = {
		0xab, 0xcd, 0x85, 0x80, 0,   1,    0,   2,   0,   0, 0,
		0,    2,    'd',  'B',  4,   'c',  'o', 'r', 'p', 7, 'e',
		'x',  'a',  'm',  'p',  'l', 'e',  0,   0,   1,   0, 1,
		0xc0, 12,   0,    1,    0,   1,    0,   0,   0,   5, 0,
		4,    198,  18,   0,    7,   0xc0, 12,  0,   1,   0, 1,
		0,    0,    0,    5,    0,   4,    127, 77,  0,   9,
	};

	ck_assert_int_eq(ask("dB.corp.example", A), STUB_ANSWER);
	ck_assert_uint_eq(len, sizeof want);
	ck_assert_mem_eq(reply, want, sizeof want);
}
END_TEST

START_TEST(types)
{
	ck_assert_int_eq(ask("db.corp.example", AAAA), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 1);
	ck_assert_int_eq(ask("db.corp.example", ANY), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 3);
	/* What there is no record of is no name that does not exist. */
	ck_assert_int_eq(ask("db.corp.example", HTTPS), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 0);
	ck_assert_uint_eq(rcode(), 0);
	ck_assert_int_eq(ask("corp.example", A), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 0);
	ck_assert_uint_eq(rcode(), 0);
}
END_TEST

START_TEST(not_covered)
{
	static const char *const name[] = {
		"www.example",     "db.corp.example.org",   "x.db.corp.example",
		"db corp.example", "1.0.0.10.in-addr.arpa",
	};

	for (size_t i = 0; i < ARRAY_LEN(name); i++) {
		ck_assert_int_eq(ask(name[i], A), STUB_ELSEWHERE);
		ck_assert_uint_eq(rcode(), 3);
		ck_assert_uint_eq(answers(), 0);
	}
}
END_TEST

/* A dot inside a label is another name than the one with two labels. */
START_TEST(dot_in_label)
{
	uint8_t q[300];
	size_t n = query_make(q, "db_corp.example", A, IN);

	q[15] = '.';
	ck_assert_int_eq(give(q, n), STUB_ELSEWHERE);
	q[15] = 0;
	ck_assert_int_eq(give(q, n), STUB_ELSEWHERE);
}
END_TEST

START_TEST(names_of_addresses)
{
	static const uint8_t want[] = { 0xc0, 12,  0,   12,  0, 1,   0,   0,
					0,    5,   0,   17,  2, 'd', 'b', 4,
					'c',  'o', 'r', 'p', 7, 'e', 'x', 'a',
					'm',  'p', 'l', 'e', 0 };
	static const char six[] = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
				  "0.0.0.8.B.d.0.1.0.0.2.ip6.arpa";

	ck_assert_int_eq(ask("7.0.18.198.in-addr.arpa", PTR), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 1);
	ck_assert_mem_eq(reply + len - sizeof want, want, sizeof want);
	ck_assert_int_eq(ask(six, PTR), STUB_ANSWER);
	ck_assert_mem_eq(reply + len - sizeof want, want, sizeof want);
	ck_assert_int_eq(ask("7.0.18.198.in-addr.arpa", A), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 0);
	ck_assert_int_eq(ask("7.0.18.256.in-addr.arpa", PTR), STUB_ELSEWHERE);
	ck_assert_int_eq(ask("7.18.198.in-addr.arpa", PTR), STUB_ELSEWHERE);
	ck_assert_int_eq(ask("9.7.0.18.198.in-addr.arpa", PTR), STUB_ELSEWHERE);
	ck_assert_int_eq(ask(six + 2, PTR), STUB_ELSEWHERE);
}
END_TEST

START_TEST(edns)
{
	static const uint8_t opt[] = { 0, 0, 41, 0x10, 0, 0, 0, 0x80, 0, 0, 0 };
	static const uint8_t want[] = { 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0 };
	uint8_t q[300];
	size_t n = query_make(q, "db.corp.example", A, IN);

	q[11] = 1;
	memcpy(q + n, opt, sizeof opt);
	ck_assert_int_eq(give(q, n + sizeof opt), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 2);
	ck_assert_uint_eq(reply[11], 1);
	ck_assert_mem_eq(reply + len - sizeof want, want, sizeof want);
	/* A version that there is not yet: BADVERS, without an answer. */
	q[n + 6] = 1;
	ck_assert_int_eq(give(q, n + sizeof opt), STUB_ANSWER);
	ck_assert_uint_eq(answers(), 0);
	ck_assert_uint_eq(reply[len - 6], 1);
}
END_TEST

START_TEST(refused)
{
	uint8_t q[300];
	size_t n = query_make(q, "db.corp.example", A, CHAOS);

	ck_assert_int_eq(give(q, n), STUB_ANSWER);
	ck_assert_uint_eq(rcode(), 5);
	n = query_make(q, "db.corp.example", A, IN);
	q[2] = 0x28; /* an update */
	ck_assert_int_eq(give(q, n), STUB_ANSWER);
	ck_assert_uint_eq(rcode(), 4);
	ck_assert_uint_eq(reply[2] & 0x78, 0x28);
	q[2] = 1;
	q[5] = 2; /* two questions */
	ck_assert_int_eq(give(q, n), STUB_ANSWER);
	ck_assert_uint_eq(rcode(), 1);
	ck_assert_uint_eq(len, 12);
	q[2] = 0x81; /* a reply: answering it could go on for ever */
	ck_assert_int_eq(give(q, n), STUB_DROP);
}
END_TEST

START_TEST(cut_anywhere)
{
	uint8_t q[300];
	size_t n = query_make(q, "db.corp.example", A, IN);

	for (size_t i = 0; i < n; i++) {
		enum stub_verdict v = give(q, i);

		ck_assert_int_eq(v, i < 12 ? STUB_DROP : STUB_ANSWER);
		ck_assert_uint_eq(len, i < 12 ? 0 : 12);
		ck_assert(i < 12 || rcode() == 1);
	}
	q[12] = 0xc0; /* a pointer has no place in a question */
	ck_assert_int_eq(give(q, n), STUB_ANSWER);
	ck_assert_uint_eq(rcode(), 1);
}
END_TEST

/* 255 bytes are the longest name (RFC 1035, 3.1); the reply still fits. */
START_TEST(long_names)
{
	char name[300];
	uint8_t q[400];

	memset(name, 'a', sizeof name);
	for (size_t i = 63; i < 255; i += 64)
		name[i] = '.';
	name[253] = 0;
	ck_assert_int_eq(give(q, query_make(q, name, A, IN)), STUB_ELSEWHERE);
	ck_assert_uint_eq(rcode(), 3);
	name[253] = 'a';
	name[254] = 0;
	ck_assert_int_eq(give(q, query_make(q, name, A, IN)), STUB_ANSWER);
	ck_assert_uint_eq(rcode(), 1);
}
END_TEST

SUITE("stub", address_bytes, types, not_covered, dot_in_label,
      names_of_addresses, edns, refused, cut_anywhere, long_names)
