/* SPDX-License-Identifier: BSD-2-Clause */
/* address_test.c - which hosts and ports plugins may use, and which hosts are
 * equal. */
#include "plugin/host.h"

#include <string.h>
#include <sys/socket.h>

#include "suite.h"

static struct adit_addr parsed(const char *host)
{
	struct adit_addr a;

	ck_assert_msg(!adit_addr_parse(&a, host, 21), "%s", host);
	return a;
}

START_TEST(literals_and_names)
{
	struct adit_addr a = parsed("192.0.2.7");

	ck_assert_int_eq(a.family, AF_INET);
	ck_assert_str_eq(a.host, "192.0.2.7");
	ck_assert_uint_eq(a.port, 21);
	/* In the shortest form, so that equal addresses compare so. */
	a = parsed("2001:DB8:0:0::1");
	ck_assert_int_eq(a.family, AF_INET6);
	ck_assert_str_eq(a.host, "2001:db8::1");
	a = parsed("db1.example");
	ck_assert_int_eq(a.family, AF_UNSPEC);
	ck_assert_str_eq(a.host, "db1.example");
}
END_TEST

START_TEST(refused)
{
	static const char *const bad[] = { "",      "10.1",     "0x7f.1",
					   "a b",   "a\nb",     "1.2.3.4.5",
					   "[::1]", "300.1.1.1" };
	char host[300];
	struct adit_addr a;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(adit_addr_parse(&a, bad[i], 21) == -1, "%s",
			      bad[i]);
	ck_assert_int_eq(adit_addr_parse(&a, "10.0.0.1", 0), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "10.0.0.1", 65536), -1);
	ck_assert_int_eq(adit_addr_parse(&a, "10.0.0.1", 65535), 0);
	memset(host, 'a', sizeof(host));
	host[sizeof(host) - 1] = 0;
	ck_assert_int_eq(adit_addr_parse(&a, host, 21), -1);
}
END_TEST

static bool same(const char *a, const char *b)
{
	struct adit_addr x = parsed(a), y = parsed(b);

	y.port = 22;
	ck_assert_int_eq(adit_addr_same_host(&x, &y),
			 adit_addr_same_host(&y, &x));
	return adit_addr_same_host(&x, &y);
}

START_TEST(same_host)
{
	struct adit_addr none = { .port = 21 };

	ck_assert(same("10.0.0.1", "10.0.0.1"));
	ck_assert(!same("10.0.0.1", "10.0.0.2"));
	ck_assert(same("2001:db8::1", "2001:DB8:0::1"));
	ck_assert(same("db1.example", "DB1.Example"));
	ck_assert(!same("db1.example", "db2.example"));
	/* Only a lookup could tell. */
	ck_assert(!same("localhost", "127.0.0.1"));
	ck_assert(!adit_addr_same_host(&none, &none));
}
END_TEST

START_TEST(to_the_engine_and_back)
{
	struct adit_addr a = parsed("2001:db8::1"), name = parsed("localhost");
	struct adit_addr back;
	struct addr raw;

	ck_assert_int_eq(inspect_addr_to(&raw, &a), 0);
	back = inspect_addr(&raw);
	ck_assert_str_eq(back.host, a.host);
	ck_assert_uint_eq(back.port, a.port);
	ck_assert_int_ne(inspect_addr_to(&raw, &name), 0);
	back = inspect_addr(&(struct addr){ .family = AF_UNSPEC });
	ck_assert_str_eq(back.host, "");
}
END_TEST

SUITE("plugin/address", literals_and_names, refused, same_host,
      to_the_engine_and_back)
