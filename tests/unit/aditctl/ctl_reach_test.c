/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_reach_test.c - the addresses that agents are told to dial. */
#include "aditctl/ctl_reach.h"
#include "base/addr.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* What is written for a gateway that listens at these addresses, with blanks
 * between them. */
static const char *reached(const char *name, const char *const *at)
{
	static char text[400];
	struct addr listen[8];
	struct gw_gateway g = { .server_name = (char *)(uintptr_t)name };
	struct name_list l = { 0 };
	size_t n = 0;

	g.listen.item = listen;
	for (; *at; at++)
		ck_assert_int_eq(addr_parse_port(&listen[g.listen.n++], *at),
				 0);
	ck_assert_int_eq(reach_list(&g, &l), 0);
	text[0] = 0;
	for (size_t i = 0; i < l.n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
				      i ? " " : "", l.item[i]);
	name_list_fini(&l);
	return text;
}
#define REACHED(name, ...)                                                     \
	reached(name, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(addresses)
{
	ck_assert_str_eq(REACHED(NULL, "192.0.2.1:443", "[2001:db8::1]:443"),
			 "192.0.2.1:443 [2001:db8::1]:443");
	ck_assert_str_eq(REACHED(NULL, "192.0.2.1:443", "127.0.0.1:443"),
			 "192.0.2.1:443");
	ck_assert_str_eq(REACHED(NULL, "127.0.0.1:443", "[::1]:443"),
			 "127.0.0.1:443 [::1]:443");
}
END_TEST

/* A name goes before addresses, and is written once for each port. */
START_TEST(names)
{
	ck_assert_str_eq(REACHED("vpn.example", "0.0.0.0:443", "[::]:443",
				 "192.0.2.1:8443"),
			 "vpn.example:443 vpn.example:8443");
}
END_TEST

/* Nobody can dial 0.0.0.0: this machine's own name may do. */
START_TEST(any_address)
{
	const char *text = REACHED(NULL, "0.0.0.0:443");

	ck_assert_str_eq(text + strlen(text) - 4, ":443");
	ck_assert_uint_gt(strlen(text), 4);
	ck_assert_ptr_null(strstr(text, "0.0.0.0"));
}
END_TEST

SUITE("aditctl/ctl_reach", addresses, names, any_address)
