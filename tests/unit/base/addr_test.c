/* SPDX-License-Identifier: BSD-2-Clause */
/* addr_test.c - addresses and endpoints, well and badly written. */
#include "base/addr.h"

#include "base/err.h"
#include "suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static const char *again(const char *host, unsigned port)
{
	static char text[ADDR_TEXT];
	struct addr a;

	if (addr_parse(&a, host, port))
		return "refused";
	return addr_str(&a, text);
}

START_TEST(parse_literals)
{
	ck_assert_str_eq(again("192.0.2.7", 23), "192.0.2.7:23");
	ck_assert_str_eq(again("0.0.0.0", 0), "0.0.0.0:0");
	ck_assert_str_eq(again("255.255.255.255", 65535),
			 "255.255.255.255:65535");
	ck_assert_str_eq(again("2001:DB8::1", 80), "[2001:db8::1]:80");
	ck_assert_str_eq(again("::", 1), "[::]:1");
}
END_TEST

START_TEST(parse_refuses)
{
	static const char *const bad[] = {
		"",
		" ",
		"localhost",
		"1.2.3",
		"1.2.3.4.5",
		"256.1.1.1",
		"1.2.3.4 ",
		" 1.2.3.4",
		"1.2.3.4:80",
		"[::1]",
		"::1%lo",
		"2130706433",
		"0x7f.0.0.1",
		"0177.0.0.1",
		"1.2.3.04",
		":::",
		"1::2::3",
		"12345::",
		"::ffff:1.2.3",
		"-1.2.3.4",
		"1:2:3:4:5:6:7:8:9",
		"1.2.3.4\n",
	};
	struct addr a;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(addr_parse(&a, bad[i], 1) == ERR_INVAL,
			      "took \"%s\"", bad[i]);
	ck_assert_int_eq(addr_parse(&a, "1.2.3.4", 65536), ERR_INVAL);
	ck_assert_int_eq(addr_parse(&a, "1.2.3.4", 0xffffffff), ERR_INVAL);
}
END_TEST

START_TEST(refusal_leaves_the_old_value)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, "192.0.2.1", 7), 0);
	ck_assert_int_eq(addr_parse(&a, "nonsense", 8), ERR_INVAL);
	ck_assert_int_eq(a.port, 7);
	ck_assert_int_eq(a.ip[0], 192);
}
END_TEST

START_TEST(mapped_is_ipv4)
{
	struct addr a, b;

	ck_assert_str_eq(again("::ffff:127.0.0.1", 5), "127.0.0.1:5");
	ck_assert_str_eq(again("::ffff:7f00:1", 5), "127.0.0.1:5");
	/* IPv4-compatible and NAT64 forms are other hosts. */
	ck_assert_str_eq(again("::127.0.0.1", 5), "[::127.0.0.1]:5");
	ck_assert_str_eq(again("64:ff9b::7f00:1", 5), "[64:ff9b::7f00:1]:5");
	ck_assert_int_eq(addr_parse(&a, "::ffff:10.1.2.3", 1), 0);
	ck_assert_int_eq(addr_parse(&b, "10.1.2.3", 1), 0);
	ck_assert(addr_same(&a, &b));
	ck_assert_int_eq(memcmp(&a, &b, sizeof a), 0);
}
END_TEST

START_TEST(ports)
{
	static const char *const bad[] = {
		"",      "0",
		"00",    "65536",
		"99999", "100000",
		"-1",    "+1",
		" 1",    "1 ",
		"0x50",  "8o",
		"1.0",   "18446744073709551617",
	};
	uint16_t port = 9;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(port_parse(bad[i], &port) == ERR_INVAL,
			      "took \"%s\"", bad[i]);
	ck_assert_int_eq(port, 9);
	ck_assert_int_eq(port_parse("1", &port), 0);
	ck_assert_int_eq(port, 1);
	ck_assert_int_eq(port_parse("65535", &port), 0);
	ck_assert_int_eq(port, 65535);
	ck_assert_int_eq(port_parse("00080", &port), 0);
	ck_assert_int_eq(port, 80);
}
END_TEST

START_TEST(split)
{
	char host[16];
	uint16_t port;

	ck_assert_int_eq(addr_split("db1.example:1521", host, 16, &port), 0);
	ck_assert_str_eq(host, "db1.example");
	ck_assert_int_eq(port, 1521);
	ck_assert_int_eq(addr_split("[2001:db8::1]:80", host, 16, &port), 0);
	ck_assert_str_eq(host, "2001:db8::1");
	ck_assert_int_eq(addr_split("fifteen-letters:1", host, 16, &port), 0);
	ck_assert_uint_eq(strlen(host), 15);
}
END_TEST

START_TEST(split_refuses)
{
	static const char *const bad[] = {
		"",
		":",
		":80",
		"host",
		"host:",
		"host:0",
		"host:65536",
		"host:http",
		"::1:80",
		"2001:db8::1",
		"[::1]",
		"[::1]80",
		"[]:80",
		"[:80",
		"]:80",
		"[a:80",
		"a]:80",
		"[[::1]]:80",
		"a:b:80",
		"a[b:80",
		"sixteen-letters-:1",
	};
	char host[16];
	uint16_t port;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(addr_split(bad[i], host, sizeof host, &port) ==
				      ERR_INVAL,
			      "took \"%s\"", bad[i]);
}
END_TEST

START_TEST(parse_with_port)
{
	static const char *const bad[] = {
		"1.2.3.4", "1.2.3.4:",    "1.2.3.4:0", "name:80",
		"::1:80",  "[1.2.3.4:80", "[::g]:80",  "",
	};
	char text[ADDR_TEXT];
	struct addr a;

	ck_assert_int_eq(addr_parse_port(&a, "1.2.3.4:80"), 0);
	ck_assert_str_eq(addr_str(&a, text), "1.2.3.4:80");
	ck_assert_int_eq(addr_parse_port(&a, "[::1]:443"), 0);
	ck_assert_str_eq(addr_str(&a, text), "[::1]:443");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(addr_parse_port(&a, bad[i]) == ERR_INVAL,
			      "took \"%s\"", bad[i]);
}
END_TEST

START_TEST(longest_text_fits)
{
	const char *v6 = "1111:2222:3333:4444:5555:6666:7777:8888";
	char text[ADDR_TEXT];
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, v6, 65535), 0);
	ck_assert_str_eq(addr_host(&a, text), v6);
	ck_assert_uint_eq(strlen(addr_str(&a, text)), strlen(v6) + 8);
}
END_TEST

START_TEST(none_is_said)
{
	struct addr none = { 0 };
	struct sockaddr_storage ss;
	char text[ADDR_TEXT];

	ck_assert_str_eq(addr_str(&none, text), "none");
	ck_assert_str_eq(addr_host(&none, text), "none");
	ck_assert_uint_eq(addr_to_sa(&none, &ss), 0);
	ck_assert(!addr_is_any(&none));
	ck_assert(!addr_is_loopback(&none));
}
END_TEST

START_TEST(sockaddr_and_back)
{
	static const char *const hosts[] = { "192.0.2.7", "2001:db8::1", "::" };
	struct sockaddr_storage ss;
	struct addr a, b;

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		ck_assert_int_eq(addr_parse(&a, hosts[i], 50001), 0);
		ck_assert_uint_gt(addr_to_sa(&a, &ss), 0);
		b = addr_from_sa(&ss);
		ck_assert(addr_same(&a, &b));
	}
	ck_assert_int_eq(addr_parse(&a, "fe80::1", 1), 0);
	a.scope = 3;
	addr_to_sa(&a, &ss);
	b = addr_from_sa(&ss);
	ck_assert_uint_eq(b.scope, 3);
}
END_TEST

START_TEST(sockaddr_of_other_kinds)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	struct sockaddr_in6 *in6 = (void *)&ss;
	struct addr a = addr_from_sa(&ss);

	ck_assert_int_eq(a.family, AF_UNSPEC);
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(22);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &in6->sin6_addr);
	a = addr_from_sa(&ss);
	ck_assert_int_eq(a.family, AF_INET);
	ck_assert(addr_is_loopback(&a));
	ck_assert_int_eq(a.port, 22);
}
END_TEST

START_TEST(of_sockets)
{
	struct sockaddr_storage ss;
	struct addr want, a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(addr_parse(&want, "127.0.0.1", 0), 0);
	n = addr_to_sa(&want, &ss);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, n), 0);
	a = addr_local(fd);
	ck_assert(addr_same_host(&a, &want));
	ck_assert_int_ne(a.port, 0);
	ck_assert(!addr_same(&a, &want));
	a = addr_peer(fd);
	ck_assert_int_eq(a.family, AF_UNSPEC);
	close(fd);
	a = addr_local(-1);
	ck_assert_int_eq(a.family, AF_UNSPEC);
}
END_TEST

START_TEST(same_host)
{
	struct addr a, b;

	ck_assert_int_eq(addr_parse(&a, "10.0.0.1", 1), 0);
	ck_assert_int_eq(addr_parse(&b, "10.0.0.1", 2), 0);
	ck_assert(addr_same_host(&a, &b));
	ck_assert(!addr_same(&a, &b));
	ck_assert_int_eq(addr_parse(&b, "10.0.0.2", 1), 0);
	ck_assert(!addr_same_host(&a, &b));
	ck_assert_int_eq(addr_parse(&b, "a00:1::", 1), 0);
	ck_assert(!addr_same_host(&a, &b));
	ck_assert_int_eq(addr_parse(&a, "fe80::1", 1), 0);
	b = a;
	b.scope = 2;
	ck_assert(!addr_same_host(&a, &b));
}
END_TEST

START_TEST(kinds)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, "127.255.255.254", 0), 0);
	ck_assert(addr_is_loopback(&a) && !addr_is_any(&a));
	ck_assert_int_eq(addr_parse(&a, "::1", 0), 0);
	ck_assert(addr_is_loopback(&a) && !addr_is_any(&a));
	ck_assert_int_eq(addr_parse(&a, "126.0.0.1", 0), 0);
	ck_assert(!addr_is_loopback(&a));
	ck_assert_int_eq(addr_parse(&a, "::2", 0), 0);
	ck_assert(!addr_is_loopback(&a));
	ck_assert_int_eq(addr_parse(&a, "0.0.0.0", 0), 0);
	ck_assert(addr_is_any(&a));
	ck_assert_int_eq(addr_parse(&a, "::ffff:0.0.0.0", 0), 0);
	ck_assert(addr_is_any(&a));
	ck_assert_int_eq(addr_parse(&a, "0.0.0.1", 0), 0);
	ck_assert(!addr_is_any(&a));
}
END_TEST

SUITE("addr", parse_literals, parse_refuses, refusal_leaves_the_old_value,
      mapped_is_ipv4, ports, split, split_refuses, parse_with_port,
      longest_text_fits, none_is_said, sockaddr_and_back,
      sockaddr_of_other_kinds, of_sockets, same_host, kinds)
