/* SPDX-License-Identifier: BSD-2-Clause */
/* open_link_test.c - links adit://, also hostile ones. */
#include "adit/open_link.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>

START_TEST(reads_links)
{
	static const struct {
		const char *url, *host;
		uint16_t port;
	} t[] = {
		{ "adit://vpn.example.org/up", "vpn.example.org", 443 },
		{ "adit://vpn.example.org:8443/up", "vpn.example.org", 8443 },
		{ "ADIT://192.0.2.1/up", "192.0.2.1", 443 },
		{ "adit://[2001:db8::1]/up", "2001:db8::1", 443 },
		{ "adit://[2001:db8::1]:444/up/", "2001:db8::1", 444 },
	};
	struct open_link l;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		ck_assert_msg(!open_link_parse(&l, t[i].url), "%s", t[i].url);
		ck_assert_str_eq(l.host, t[i].host);
		ck_assert_uint_eq(l.port, t[i].port);
	}
}
END_TEST

START_TEST(refuses_everything_else)
{
	static const char *const bad[] = {
		"",
		"up",
		"adit:",
		"adit://",
		"adit:///up",
		"http://vpn.example.org/up",
		"adit://vpn.example.org",
		"adit://vpn.example.org/",
		"adit://vpn.example.org/down",
		"adit://vpn.example.org/run/rm",
		"adit://vpn.example.org/up?user=root",
		"adit://vpn.example.org/up#x",
		"adit://vpn.example.org/up/../run",
		"adit://alice@vpn.example.org/up",
		"adit://alice:secret@vpn.example.org/up",
		"adit://vpn.example.org:/up",
		"adit://vpn.example.org:0/up",
		"adit://vpn.example.org:99999/up",
		"adit://vpn.example.org:443;reboot/up",
		"adit://--config=x/up",
		"adit://$(reboot)/up",
		"adit://vpn example/up",
		"adit://vpn%2eexample/up",
		"adit://2001:db8::1/up",
		"adit://[2001:db8::1/up",
		"adit://[]/up",
		"--foreground",
	};
	char longest[1000];
	struct open_link l;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(open_link_parse(&l, bad[i]) == ERR_INVAL, "%s",
			      bad[i]);
	snprintf(longest, sizeof longest, "adit://%0900d/up", 1);
	ck_assert_int_eq(open_link_parse(&l, longest), ERR_INVAL);
}
END_TEST

/* Only host and port together are a gateway that somebody has configured. */
START_TEST(knows_gateways)
{
	char *known[] = { (char *)"vpn.example.org:443",
			  (char *)"[2001:db8::1]:8443", NULL };
	const struct name_list list = { known, 2 };
	static const struct {
		const char *url;
		bool known;
	} t[] = {
		{ "adit://vpn.example.org/up", true },
		{ "adit://VPN.example.org:443/up", true },
		{ "adit://[2001:db8::1]:8443/up", true },
		{ "adit://vpn.example.org:444/up", false },
		{ "adit://vpn.example.org.evil.example/up", false },
		{ "adit://evil.example/up", false },
		{ "adit://[2001:db8::1]/up", false },
	};
	struct open_link l;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		ck_assert_int_eq(open_link_parse(&l, t[i].url), 0);
		ck_assert_int_eq(open_link_is_known(&l, &list), t[i].known);
	}
}
END_TEST

SUITE("open_link", reads_links, refuses_everything_else, knows_gateways)
