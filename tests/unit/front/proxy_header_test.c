/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_header_test.c - headers of the PROXY protocol as balancers send them,
 * cut at every byte, and broken ones. */
#include "front/proxy_header.h"

#include "base/err.h"
#include "suite.h"

#include <string.h>

#define START "\r\n\r\n\0\r\nQUIT\n" /* of version 2 */
#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static const char *why;

/* What a header tells, where each beginning of it asks for more, and what
 * follows belongs to others. */
static const char *tells(const uint8_t *p, size_t n)
{
	static char at[ADDR_TEXT];
	struct addr a = { .family = AF_UNSPEC };
	uint8_t more[PROXY_HEADER_MAX + 8];

	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(proxy_header_read(p, i, &a, &why), 0);
	ck_assert_uint_eq(a.family, AF_UNSPEC);
	memcpy(more, p, n);
	memcpy(more + n, "\x16\x03\x01\r\n", 5);
	ck_assert_int_eq(proxy_header_read(more, n + 5, &a, &why), (int)n);
	return addr_str(&a, at);
}

static bool is_refused(const uint8_t *p, size_t n, const char *because)
{
	struct addr a = { .family = AF_UNSPEC };

	why = "";
	return proxy_header_read(p, n, &a, &why) == ERR_PROTO &&
	       a.family == AF_UNSPEC && strstr(why, because);
}

START_TEST(line)
{
	ck_assert_str_eq(tells(BYTES("PROXY TCP4 192.0.2.7 198.51.100.1 "
				     "51000 443\r\n")),
			 "192.0.2.7:51000");
	ck_assert_str_eq(tells(BYTES("PROXY TCP6 2001:db8::7 2001:db8::1 65535 "
				     "443\r\n")),
			 "[2001:db8::7]:65535");
	/* A balancer that listens on IPv6 for both. */
	ck_assert_str_eq(tells(BYTES("PROXY TCP6 ::ffff:192.0.2.7 "
				     "::ffff:192.0.2.1 1 443\r\n")),
			 "192.0.2.7:1");
	ck_assert_str_eq(tells(BYTES("PROXY UNKNOWN\r\n")), "none");
	ck_assert_str_eq(tells(BYTES("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n")),
			 "none");
}
END_TEST

START_TEST(broken_line)
{
	static const char *const lines[] = {
		"PROXY \r\n",
		"PROXY TCP4\r\n",
		"PROXY TCP5 192.0.2.7 192.0.2.1 1 2\r\n",
		"PROXY TCP4 192.0.2.7 192.0.2.1 1\r\n",
		"PROXY TCP4 192.0.2.7 192.0.2.1 1 2 3\r\n",
		"PROXY TCP4  192.0.2.7 192.0.2.1 1 2\r\n",
		"PROXY TCP4 192.0.2.7 192.0.2.1 65536 2\r\n",
		"PROXY TCP4 192.0.2.7 192.0.2.1 -1 2\r\n",
		"PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n",
		"PROXY TCP4 192.0.2.777 192.0.2.1 1 2\r\n",
		"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
		"PROXY TCP4 host.example 192.0.2.1 1 2\r\n",
		"PROXY UNKNOWNS\r\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!is_refused((const uint8_t *)lines[i], strlen(lines[i]),
				"malformed"))
			ck_abort_msg("%s", lines[i]);
	ck_assert(is_refused(BYTES("PROXY TCP4 192.0.2.7 192.0.2.1 1\0 2\r\n"),
			     "malformed"));
}
END_TEST

START_TEST(line_without_end)
{
	struct addr a;
	char long_line[120];

	memset(long_line, ' ', sizeof long_line);
	memcpy(long_line, "PROXY", 5);
	ck_assert_int_eq(proxy_header_read((uint8_t *)long_line, 106, &a, &why),
			 0);
	ck_assert(is_refused((uint8_t *)long_line, 107, "longer than 107"));
	long_line[107] = '\n';
	ck_assert(is_refused((uint8_t *)long_line, 120, "longer than 107"));
}
END_TEST

START_TEST(binary)
{
	ck_assert_str_eq(tells(BYTES(START "\x21\x11\0\x0c"
					   "\xc0\0\2\7\xc6\x33\x64\1"
					   "\xc7\x38\1\xbb")),
			 "192.0.2.7:51000");
	ck_assert_str_eq(tells(BYTES(START "\x21\x21\0\x24"
					   "\x20\1\x0d\xb8\0\0\0\0"
					   "\0\0\0\0\0\0\0\7"
					   "\x20\1\x0d\xb8\0\0\0\0"
					   "\0\0\0\0\0\0\0\1"
					   "\xc7\x38\1\xbb")),
			 "[2001:db8::7]:51000");
	/* With an extension behind the addresses: type 4 (no operation). */
	ck_assert_str_eq(tells(BYTES(START "\x21\x11\0\x11"
					   "\xc0\0\2\7\xc6\x33\x64\1"
					   "\xc7\x38\1\xbb"
					   "\4\0\2\0\0")),
			 "192.0.2.7:51000");
	/* IPv4 as IPv6: no way around a rule for IPv4. */
	ck_assert_str_eq(tells(BYTES(START "\x21\x21\0\x24"
					   "\0\0\0\0\0\0\0\0"
					   "\0\0\xff\xff\xc0\0\2\7"
					   "\0\0\0\0\0\0\0\0"
					   "\0\0\xff\xff\xc0\0\2\1"
					   "\xc7\x38\1\xbb")),
			 "192.0.2.7:51000");
	/* A health check of the balancer itself; no address; a local socket. */
	ck_assert_str_eq(tells(BYTES(START "\x20\0\0\0")), "none");
	ck_assert_str_eq(tells(BYTES(START "\x20\x11\0\1 ")), "none");
	ck_assert_str_eq(tells(BYTES(START "\x21\0\0\0")), "none");
	ck_assert_str_eq(tells(BYTES(START "\x21\x31\0\4abcd")), "none");
}
END_TEST

START_TEST(broken_binary)
{
	ck_assert(is_refused(BYTES(START "\x11\x11\0\x0c"), "unknown version"));
	ck_assert(is_refused(BYTES(START "\x22\x11\0\x0c"), "or command"));
	ck_assert(
		is_refused(BYTES(START "\x21\x11\x20\0"), "longer than 2,048"));
	ck_assert(is_refused(BYTES(START "\x21\x11\0\x0b"
					 "\xc0\0\2\7\xc6\x33\x64\1"
					 "\xc7\x38\1"),
			     "no room"));
	ck_assert(is_refused(BYTES(START "\x21\x21\0\x0c"
					 "\xc0\0\2\7\xc6\x33\x64\1"
					 "\xc7\x38\1\xbb"),
			     "no room"));
}
END_TEST

START_TEST(none_at_all)
{
	ck_assert(is_refused(BYTES("\x16\x03\x01"), "does not begin with"));
	ck_assert(is_refused(BYTES("GET / HTTP/1.1\r\n"), "does not begin"));
	ck_assert(is_refused(BYTES("PROXX"), "send-proxy-v2"));
	ck_assert(is_refused(BYTES("\r\n\r\nQ"), "does not begin"));
}
END_TEST

SUITE("front/proxy_header", line, broken_line, line_without_end, binary,
      broken_binary, none_at_all)
