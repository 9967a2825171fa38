/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy_talk_test.c - the request to a proxy, and whatever it answers. */
#include "proxy/proxy.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct proxy_talk talk;

static const struct proxy open_proxy = { .host = "proxy", .port = 3128 };

START_TEST(the_request)
{
	struct proxy with = { .host = "proxy",
			      .port = 3128,
			      .user = "Aladdin",
			      .password = "open sesame" };

	proxy_talk_init(&talk, &open_proxy, "[2001:db8::1]:443");
	ck_assert_str_eq(talk.out,
			 "CONNECT [2001:db8::1]:443 HTTP/1.1\r\n"
			 "Host: [2001:db8::1]:443\r\nUser-Agent: adit\r\n\r\n");
	ck_assert_uint_eq(talk.out_n, strlen(talk.out));
	/* The example of RFC 7617. */
	proxy_talk_init(&talk, &with, "gw:443");
	ck_assert_ptr_nonnull(strstr(talk.out,
				     "\r\nProxy-Authorization: Basic "
				     "QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"));
	memset(with.user, 'u', sizeof with.user - 1);
	memset(with.password, 'p', sizeof with.password - 1);
	proxy_talk_init(&talk, &with, "gw:443");
	ck_assert_uint_eq(talk.out_n, strlen(talk.out));
	ck_assert_ptr_nonnull(strstr(talk.out, "\r\n\r\n"));
}
END_TEST

/* All of it at once; then cut at every place; then byte by byte.  What is
 * behind the header is left where it is. */
static int answer(const struct proxy *via, const char *text, size_t n,
		  size_t *taken)
{
	size_t used, first;
	int ret, again;

	proxy_talk_init(&talk, via, "gw:443");
	ret = proxy_talk_input(&talk, text, n, taken);
	for (size_t cut = 0; cut < n; cut++) {
		proxy_talk_init(&talk, via, "gw:443");
		again = proxy_talk_input(&talk, text, cut, &first);
		used = 0;
		if (again == ERR_AGAIN) {
			ck_assert_uint_eq(first, cut);
			again = proxy_talk_input(&talk, text + cut, n - cut,
						 &used);
			used += cut;
		} else {
			used = first;
		}
		ck_assert_int_eq(again, ret);
		if (!ret)
			ck_assert_uint_eq(used, *taken);
	}
	proxy_talk_init(&talk, via, "gw:443");
	for (size_t i = 0; i < n && (!i || again == ERR_AGAIN); i++)
		again = proxy_talk_input(&talk, text + i, 1, &used);
	ck_assert_int_eq(again, ret);
	return ret;
}

START_TEST(open_tunnels)
{
	static const char *const good[] = {
		"HTTP/1.1 200 Connection established\r\n\r\n",
		"HTTP/1.0 200 OK\r\nProxy-Agent: tiny\r\n\r\n",
		"HTTP/1.1 200\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
		"HTTP/1.1 200 lines\nthat: end so\n\n",
		"HTTP/1.1 103 Hints\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
	};
	char text[400];
	size_t taken, n;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		n = (size_t)snprintf(text, sizeof text, "%s%s", good[i],
				     "\x16\x03\x01 and so on\r\n\r\n");
		ck_assert_int_eq(answer(&open_proxy, text, n, &taken), 0);
		ck_assert_uint_eq(taken, strlen(good[i]));
	}
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		const char *text, *word;
		bool lasts;
	} of[] = {
		{ "HTTP/1.1 403 Forbidden\r\n\r\n",
		  "\"HTTP/1.1 403 Forbidden\"", true },
		{ "HTTP/1.1 502 Bad Gateway\r\nx: y\r\n\r\n",
		  "cannot reach the gateway", false },
		{ "HTTP/1.1 503 \r\n\r\n", "503", false },
		{ "HTTP/1.1 504 Timeout\r\n\r\n", "504", false },
		{ "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n", "301", true },
		{ "HTTP/1.1 407 Who\r\n\r\n", "no scheme", true },
		{ "HTTP/1.1 407 Who\r\nproxy-authenticate: basic realm=\"a, b\"\r\n"
		  "\r\n",
		  "it offers basic)", true },
		{ "HTTP/1.1 407 Who\r\nProxy-Authenticate: Negotiate\r\n"
		  "Proxy-Authenticate: NTLM\r\nx: Basic\r\n\r\n",
		  "(it offers Negotiate, NTLM, not Basic)", true },
		{ "HTTP/1.1 407 Who\r\nProxy-Authenticate: Digest realm=\"x, "
		  "Basic\", nonce = \"\\\", NTLM\", qop=auth, Basic realm=x\r\n"
		  "\r\n",
		  "(it offers Digest, Basic)", true },
		{ "HTTP/1.0 401 Who\r\nWWW-Authenticate: Basic realm=x\r\n\r\n",
		  "it offers Basic)", true },
		{ "HTTP/1.1 407 Who\r\nProxy-Authenticate: , ,,=, \"x\r\n\r\n",
		  "it offers", true },
		{ "HTTP/1.1 099 x\r\n\r\n", "does not speak HTTP", true },
		{ "HTTP/1.1 2000 x\r\n\r\n", "does not speak HTTP", true },
		{ "HTTP/1.1200 x\r\n\r\n", "does not speak HTTP", true },
		{ "HTTP/1.x 200 x\r\n\r\n", "does not speak HTTP", true },
		{ "HTTP/2 200\r\n\r\n", "began with \"HTTP/2", true },
		{ "SSH-2.0-OpenSSH\r\n", "began with \"SSH-2.0", true },
		{ "\x15\x03\x01\x02\x02", "does not speak HTTP", true },
		{ "HTTP/1.", "", false },
		{ "HTTP/1.1 200 OK\r\n", "", false },
	};
	struct proxy with = open_proxy;
	size_t taken;
	int ret;

	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		ret = answer(&open_proxy, of[i].text, strlen(of[i].text),
			     &taken);
		ck_assert_int_eq(ret, *of[i].word ? ERR_DENIED : ERR_AGAIN);
		proxy_talk_init(&talk, &open_proxy, "gw:443");
		ck_assert_int_eq(proxy_talk_input(&talk, of[i].text,
						  strlen(of[i].text), &taken),
				 ret);
		ck_assert_msg(strstr(talk.why, of[i].word), "%s: %s",
			      of[i].text, talk.why);
		if (ret == ERR_DENIED)
			ck_assert_ptr_nonnull(strstr(talk.why, "proxy:3128"));
		ck_assert_msg(talk.lasts == of[i].lasts, "%s", of[i].text);
	}
	snprintf(with.user, sizeof with.user, "alice");
	snprintf(with.password, sizeof with.password, "secret");
	ret = answer(&with, of[6].text, strlen(of[6].text), &taken);
	ck_assert_int_eq(ret, ERR_DENIED);
	ck_assert_ptr_nonnull(strstr(talk.why, "does not know this user"));
	ck_assert_ptr_null(strstr(talk.why, "secret"));
}
END_TEST

static void never_ends(const char *start, const char *more)
{
	size_t used, n;
	int ret;

	proxy_talk_init(&talk, &open_proxy, "gw:443");
	ret = proxy_talk_input(&talk, start, strlen(start), &used);
	for (n = 0; ret == ERR_AGAIN; n++)
		ret = proxy_talk_input(&talk, more, strlen(more), &used);
	ck_assert_int_eq(ret, ERR_DENIED);
	ck_assert_uint_ge(n, PROXY_HEADER_MAX / strlen(more) - 1);
	ck_assert_ptr_nonnull(strstr(talk.why, "16384"));
}

START_TEST(a_header_without_end)
{
	never_ends("HTTP/1.1 200 OK\r\n", "x: 0123456789\r\n");
	never_ends("HTTP/1.1 200 ", "a line");
	never_ends("", "HTTP/1.1 100 Continue\r\n\r\n");
}
END_TEST

SUITE("proxy_talk", the_request, open_tunnels, refusals, a_header_without_end)
