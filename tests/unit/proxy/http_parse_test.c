/* SPDX-License-Identifier: BSD-2-Clause */
/* http_parse_test.c - what HTTP clients ask a proxy for, whole, cut and
 * wrong. */
#include "proxy/http_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

static struct http_request r;
static const char *why;

/* Finds the head's end as the agent does, from bytes that come one by one, and
 * from any two pieces; then parses a copy of just its size. */
static int parse(const char *text)
{
	size_t n = strlen(text), head = 0;
	char *copy;
	int status;

	for (size_t have = 1; have <= n && !head; have++)
		head = http_head_length(text, have, have - 1);
	ck_assert_uint_ne(head, 0);
	for (size_t cut = 0; cut < head; cut++) {
		ck_assert_uint_eq(http_head_length(text, cut, 0), 0);
		ck_assert_uint_eq(http_head_length(text, n, cut), head);
	}
	copy = malloc(head);
	memcpy(copy, text, head);
	http_request_fini(&r);
	status = http_parse(&r, copy, head, &why);
	free(copy);
	ck_assert_int_eq(!status, !*why);
	return status;
}

static const char *head(void)
{
	static char text[2000];

	snprintf(text, sizeof text, "%.*s", (int)buf_len(&r.head),
		 (const char *)buf_ptr(&r.head));
	return text;
}

static void connects(const char *target, const char *host, uint16_t port)
{
	char text[600];

	snprintf(text, sizeof text, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n\5",
		 target, target);
	ck_assert_int_eq(parse(text), 0);
	ck_assert_int_eq(r.kind, HTTP_CONNECT);
	ck_assert_str_eq(r.to.host, host);
	ck_assert_uint_eq(r.to.port, port);
}

START_TEST(connect_to)
{
	connects("files.corp.example:443", "files.corp.example", 443);
	connects("10.1.2.3:22", "10.1.2.3", 22);
	connects("[2001:db8::1]:65535", "2001:db8::1", 65535);
	ck_assert_int_eq(parse("CONNECT a:1 HTTP/1.0\n\nearly"), 0);
	ck_assert_str_eq(r.to.host, "a");
}
END_TEST

START_TEST(connect_to_nothing)
{
	static const char *const bad[] = {
		"a",     "a:",       ":1",      "a:0",   "a:65536",
		"a:1/x", "a/x:1",    "u@a:1",   "::1:1", "[::1]",
		"[a]:1", "a..b:1",   "a?:1",    "a#:1",  "2130706433:1",
		"/",     "http://a", "a:1\x80", "a:+1",  "[::1:1",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char text[200];

		snprintf(text, sizeof text, "CONNECT %s HTTP/1.1\r\n\r\n",
			 bad[i]);
		ck_assert_msg(parse(text) == 400, "%s", bad[i]);
	}
}
END_TEST

START_TEST(forward)
{
	ck_assert_int_eq(parse("GET http://www.example:81/a?b#c HTTP/1.1\r\n"
			       "Host: another\r\n"
			       "Proxy-Connection: keep-alive\r\n"
			       "Proxy-Authorization: Basic eDp5\r\n"
			       "Connection: keep-alive, X-Hop,, content-length"
			       "\r\nX-Hop: 1\r\nX-Kept:  a b \r\nTE: x\r\n"
			       "Upgrade: h2c\r\n\r\nGET"),
			 0);
	ck_assert_int_eq(r.kind, HTTP_FORWARD);
	ck_assert_str_eq(r.to.host, "www.example");
	ck_assert_uint_eq(r.to.port, 81);
	ck_assert_str_eq(head(), "GET /a?b HTTP/1.1\r\n"
				 "Host: www.example:81\r\n"
				 "X-Kept: a b\r\n"
				 "Connection: close\r\n\r\n");
	ck_assert_int_eq(r.body.state, BODY_DONE);
}
END_TEST

static void becomes(const char *line, const char *wanted)
{
	char text[200];

	snprintf(text, sizeof text, "%s\r\n\r\n", line);
	ck_assert_int_eq(parse(text), 0);
	snprintf(text, sizeof text, "%s\r\nConnection: close\r\n\r\n", wanted);
	ck_assert_str_eq(head(), text);
}

START_TEST(paths)
{
	becomes("GET HTTP://a HTTP/1.0", "GET / HTTP/1.0\r\nHost: a");
	becomes("GET http://a?b HTTP/1.1", "GET /?b HTTP/1.1\r\nHost: a");
	becomes("GET http://a#b HTTP/1.1", "GET / HTTP/1.1\r\nHost: a");
	becomes("OPTIONS http://a HTTP/1.1", "OPTIONS * HTTP/1.1\r\nHost: a");
	becomes("GET http://[::1]:80/http://b HTTP/1.1",
		"GET /http://b HTTP/1.1\r\nHost: [::1]:80");
	becomes("GET http://a/\xc3\xa4 HTTP/1.1",
		"GET /\xc3\xa4 HTTP/1.1\r\nHost: a");
}
END_TEST

static int post(const char *fields)
{
	char text[600];

	snprintf(text, sizeof text, "POST http://a/ HTTP/1.1\r\n%s\r\n",
		 fields);
	return parse(text);
}

START_TEST(bodies)
{
	ck_assert_int_eq(post("Content-Length: 007\r\n"), 0);
	ck_assert_int_eq(r.body.state, BODY_LENGTH);
	ck_assert_uint_eq(r.body.left, 7);
	ck_assert_ptr_nonnull(strstr(head(), "\r\nContent-Length: 007\r\n"));
	ck_assert_int_eq(post("transfer-encoding: Chunked\r\n"), 0);
	ck_assert_int_eq(r.body.state, BODY_SIZE);
	ck_assert_ptr_nonnull(strstr(head(), "\r\ntransfer-encoding: Chunk"));
	/* How long the body is stays, whatever Connection names. */
	ck_assert_int_eq(post("Connection: content-length\r\n"
			      "Content-Length: 1\r\n"),
			 0);
	ck_assert_ptr_nonnull(strstr(head(), "\r\nContent-Length: 1\r\n"));
}
END_TEST

START_TEST(bodies_in_two_ways)
{
	ck_assert_int_eq(post("Content-Length: 1\r\nContent-Length: 1\r\n"),
			 400);
	ck_assert_int_eq(post("Content-Length: 1, 1\r\n"), 400);
	ck_assert_int_eq(post("Content-Length: -1\r\n"), 400);
	ck_assert_int_eq(post("Content-Length:\r\n"), 400);
	ck_assert_int_eq(post("Content-Length: 9999999999999999999\r\n"), 400);
	ck_assert_int_eq(post("Content-Length: 1\r\n"
			      "Transfer-Encoding: chunked\r\n"),
			 400);
	ck_assert_int_eq(post("Transfer-Encoding: gzip, chunked\r\n"), 501);
	ck_assert_int_eq(post("Transfer-Encoding: chunked\r\n"
			      "Transfer-Encoding: chunked\r\n"),
			 501);
	ck_assert_int_eq(parse("POST http://a/ HTTP/1.0\r\n"
			       "Transfer-Encoding: chunked\r\n\r\n"),
			 400);
}
END_TEST

START_TEST(own)
{
	ck_assert_int_eq(parse("GET /proxy.pac HTTP/1.1\r\nHost: a:1\r\n\r\n"),
			 0);
	ck_assert_int_eq(r.kind, HTTP_OWN);
	ck_assert(r.reads && !r.head_only);
	ck_assert_str_eq(r.path, "/proxy.pac");
	ck_assert_str_eq(r.host, "a:1");
	ck_assert_int_eq(parse("HEAD / HTTP/1.0\r\n\r\n"), 0);
	ck_assert(r.reads && r.head_only);
	ck_assert_str_eq(r.host, "");
	ck_assert_int_eq(parse("POST / HTTP/1.0\r\n\r\n"), 0);
	ck_assert(!r.reads);
}
END_TEST

START_TEST(other_schemes)
{
	ck_assert_int_eq(parse("GET https://a/ HTTP/1.1\r\n\r\n"), 501);
	ck_assert_int_eq(parse("GET ftp://a/ HTTP/1.1\r\n\r\n"), 501);
	ck_assert_int_eq(parse("GET a HTTP/1.1\r\n\r\n"), 501);
}
END_TEST

START_TEST(malformed)
{
	static const char *const bad[] = {
		"GET\r\n\r\n",
		"GET /\r\n\r\n",
		"GET / HTTP/2.0\r\n\r\n",
		"GET / HTTP/1.x\r\n\r\n",
		"GET  / HTTP/1.1\r\n\r\n",
		"G\tT / HTTP/1.1\r\n\r\n",
		"GET /\1 HTTP/1.1\r\n\r\n",
		"GET http:// HTTP/1.1\r\n\r\n",
		"GET http://u@a/ HTTP/1.1\r\n\r\n",
		"GET http://a:x/ HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nno field\r\n\r\n",
		"GET / HTTP/1.1\r\nA : b\r\n\r\n",
		"GET / HTTP/1.1\r\n: b\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\rX: c\r\n\r\n",
		"GET / HTTP/1.1\r\nA: b\r\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(parse(bad[i]) == 400, "%s", bad[i]);
}
END_TEST

START_TEST(limits)
{
	char text[4000];
	size_t n;

	n = (size_t)snprintf(text, sizeof text, "GET http://a/ HTTP/1.1\r\n");
	for (unsigned i = 0; i < HTTP_FIELDS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "a: b\r\n");
	snprintf(text + n, sizeof text - n, "\r\n");
	ck_assert_int_eq(parse(text), 0);
	snprintf(text + n, sizeof text - n, "a: b\r\n\r\n");
	ck_assert_int_eq(parse(text), 431);
	snprintf(text, sizeof text, "GET http://%0600d/ HTTP/1.1\r\n\r\n", 1);
	ck_assert_int_eq(parse(text), 400);
	snprintf(text, sizeof text,
		 "GET /%0600d HTTP/1.1\r\nHost: %0600d"
		 "\r\n\r\n",
		 1, 1);
	ck_assert_int_eq(parse(text), 0);
	ck_assert_uint_eq(strlen(r.path), HTTP_PATH_MAX - 1);
	ck_assert_uint_eq(strlen(r.host), HOST_MAX - 1);
}
END_TEST

SUITE("http_parse", connect_to, connect_to_nothing, forward, paths, bodies,
      bodies_in_two_ways, own, other_schemes, malformed, limits)
