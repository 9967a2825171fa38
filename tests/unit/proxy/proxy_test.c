/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_test.c - proxies as people write them, and which hosts need none. */
#include "proxy/proxy.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#include "suite.h"

START_TEST(urls)
{
	static const struct {
		const char *text, *host;
		unsigned port;
		const char *user, *password;
	} good[] = {
		{ "http://proxy.example.org:3128", "proxy.example.org", 3128,
		  "", "" },
		{ "http://proxy:3128/", "proxy", 3128, "", "" },
		{ "HTTP://proxy", "proxy", 80, "", "" },
		{ "proxy:8080", "proxy", 8080, "", "" },
		{ "http://[2001:db8::1]:3128", "2001:db8::1", 3128, "", "" },
		{ "http://[::1]", "::1", 80, "", "" },
		{ "http://192.0.2.1:1", "192.0.2.1", 1, "", "" },
		{ "http://alice:word@proxy:1", "proxy", 1, "alice", "word" },
		{ "http://alice@proxy:1", "proxy", 1, "alice", "" },
		{ "http://alice:@proxy:1", "proxy", 1, "alice", "" },
		{ "http://a%40b:%3a%2F%25@proxy:1", "proxy", 1, "a@b", ":/%" },
		{ "http://a:b@c@proxy:1", "proxy", 1, "a", "b@c" },
		{ "http://a:b:c@proxy:1", "proxy", 1, "a", "b:c" },
	};
	struct proxy p;
	const char *why;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		ck_assert_msg(!proxy_parse(&p, good[i].text, &why), "%s: %s",
			      good[i].text, why);
		ck_assert_str_eq(p.host, good[i].host);
		ck_assert_uint_eq(p.port, good[i].port);
		ck_assert_str_eq(p.user, good[i].user);
		ck_assert_str_eq(p.password, good[i].password);
	}
}
END_TEST

START_TEST(bad_urls)
{
	static const struct {
		const char *text, *word;
	} bad[] = {
		{ "", "HOST:PORT" },
		{ "http://", "HOST:PORT" },
		{ "https://proxy:443", "TLS" },
		{ "HTTPS://proxy:443", "TLS" },
		{ "socks5://proxy:1080", "only HTTP" },
		{ "http://proxy:3128/path", "nothing behind" },
		{ "http://proxy:0", "HOST:PORT" },
		{ "proxy:", "HOST:PORT" },
		{ "http://two words:1", "HOST:PORT" },
		{ "http://::1:3128", "HOST:PORT" },
		{ "http://:word@proxy:1", "USER:PASSWORD" },
		{ "http://@proxy:1", "USER:PASSWORD" },
		{ "http://a:%4@proxy:1", "USER:PASSWORD" },
		{ "http://a:%zz@proxy:1", "USER:PASSWORD" },
		{ "http://a:%00@proxy:1", "USER:PASSWORD" },
		{ "http://a%3ab:c@proxy:1", "USER:PASSWORD" },
		{ "http://alice:secret@", "HOST:PORT" },
	};
	char text[1000];
	struct proxy p;
	const char *why;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(proxy_parse(&p, bad[i].text, &why), ERR_INVAL);
		ck_assert_msg(strstr(why, bad[i].word), "%s: %s", bad[i].text,
			      why);
		ck_assert_ptr_null(strstr(why, "secret"));
	}
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = 0;
	ck_assert_int_eq(proxy_parse(&p, text, &why), ERR_INVAL);
	memcpy(text + 900, "@p:1", 5);
	ck_assert_int_eq(proxy_parse(&p, text, &why), ERR_INVAL);
}
END_TEST

START_TEST(the_environment)
{
	const char *name;

	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	ck_assert_ptr_null(proxy_from_environment(&name));
	setenv("HTTPS_PROXY", "http://big:1", 1);
	ck_assert_str_eq(proxy_from_environment(&name), "http://big:1");
	ck_assert_str_eq(name, "HTTPS_PROXY");
	setenv("https_proxy", "http://small:1", 1);
	ck_assert_str_eq(proxy_from_environment(&name), "http://small:1");
	setenv("https_proxy", "", 1);
	ck_assert_str_eq(name, "https_proxy");
	ck_assert_str_eq(proxy_from_environment(&name), "http://big:1");
}
END_TEST

START_TEST(hosts_without_a_proxy)
{
	static const struct {
		const char *list, *host;
		bool skips;
	} of[] = {
		{ NULL, "gw.example.org", false },
		{ "", "gw.example.org", false },
		{ NULL, "localhost", true },
		{ NULL, "127.3.4.5", true },
		{ NULL, "::1", true },
		{ "*", "gw.example.org", true },
		{ "example.org", "gw.example.org", true },
		{ "EXAMPLE.org", "GW.example.ORG", true },
		{ ".example.org", "gw.example.org", true },
		{ ".example.org", "example.org", true },
		{ "example.org", "example.org", true },
		{ "ample.org", "example.org", false },
		{ "gw.example.org", "example.org", false },
		{ "a, b ,\texample.org", "gw.example.org", true },
		{ ",,, ,", "gw.example.org", false },
		{ ".", "gw.example.org", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "192.0.2.0/24", "192.0.2.1", false },
		{ "2001:db8::1", "2001:db8::1", true },
		{ "[2001:db8::1]", "2001:db8::1", true },
		{ "[]", "gw.example.org", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(of); i++)
		ck_assert_msg(proxy_skips(of[i].list, of[i].host) ==
				      of[i].skips,
			      "%s in %s", of[i].host,
			      of[i].list ? of[i].list : "none");
}
END_TEST

SUITE("proxy", urls, bad_urls, the_environment, hosts_without_a_proxy)
