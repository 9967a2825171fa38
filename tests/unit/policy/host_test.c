/* SPDX-License-Identifier: BSD-2-Clause */
/* host_test.c - which texts are names of hosts, which names are the same, and
 * where a URL leads. */
#include "policy/host.h"

#include "base/err.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* Writes `part` n times and then `end`. */
static const char *repeat(char to[300], const char *part, size_t n,
			  const char *end)
{
	size_t len = strlen(part);

	for (size_t i = 0; i < n; i++)
		memcpy(to + i * len, part, len);
	snprintf(to + n * len, 300 - n * len, "%s", end);
	return to;
}

START_TEST(names)
{
	static const char *const good[] = {
		"a",    "mail.example", "mail.example.",   "x-1.y_2",
		"_sip", "3com.example", "xn--bcher-kva.x", "a.0x1g",
	};
	static const char *const bad[] = {
		"",     ".",   "..",  "a..b", "a.b..", ".a",  "-a",
		"a.-b", "a b", "é",   "a/b",  "[::1]", "::1", "a:80",
		"*.x",  "*",   "a@b", "a%b",  "a,b",   "a\n", "[a]",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(host_ok(good[i]), "refused: %s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!host_ok(bad[i]), "taken: %s", bad[i]);
}
END_TEST

/* getaddrinfo would read all of these as addresses. */
START_TEST(numbers_are_no_names)
{
	static const char *const bad[] = {
		"127.0.0.1", "2130706433", "0x7f000001", "0x", "017", "127.1",
		"a.1",       "a.0x1f",     "1.",         "1",  "1.2", "a.0x",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!host_ok(bad[i]), "taken: %s", bad[i]);
	ck_assert(host_or_address_ok("127.0.0.1"));
	ck_assert(host_or_address_ok("::1"));
	ck_assert(!host_or_address_ok("127.1"));
	ck_assert(host_or_address_ok("mail.example"));
}
END_TEST

START_TEST(lengths)
{
	char text[300], label[300];

	repeat(label, "a", 63, "");
	ck_assert(host_ok(label));
	ck_assert(!host_ok(repeat(text, "a", 64, "")));
	/* 253 without the last dot. */
	ck_assert(host_ok(repeat(text, "a.", 126, "a")));
	ck_assert(host_ok(repeat(text, "a.", 126, "a.")));
	ck_assert(!host_ok(repeat(text, "a.", 126, "aa")));
}
END_TEST

START_TEST(as_dns_compares)
{
	ck_assert(host_same("Mail.Example", "mAIL.example"));
	ck_assert(host_same("mail.example.", "mail.example"));
	ck_assert(!host_same("mail.example", "mail.examples"));
	ck_assert(!host_same("mail", "mail.example"));
	ck_assert(!host_same("a", ""));
}
END_TEST

START_TEST(patterns)
{
	static const struct {
		const char *pattern, *name;
		bool matches, above;
	} row[] = {
		{ "db.corp.x", "DB.corp.x.", true, false },
		{ "db.corp.x", "corp.x", false, true },
		{ "db.corp.x", "x", false, true },
		{ "db.corp.x", "orp.x", false, false },
		{ "db.corp.x", "a.db.corp.x", false, false },
		{ "*.corp.x", "db.corp.x", true, false },
		{ "*.corp.x", "a.B.corp.X", true, false },
		{ "*.corp.x", "corp.x", false, true },
		{ "*.corp.x", "X.", false, true },
		{ "*.corp.x", "dbcorp.x", false, false },
		{ "*.corp.x", ".corp.x", false, false },
		{ "*.corp.x", "", false, false },
		{ "*.corp.x", "b.x", false, false },
		{ "*.corp.x", "db.corp.x.y", false, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		ck_assert_int_eq(host_matches(row[i].pattern, row[i].name),
				 row[i].matches);
		ck_assert_int_eq(host_is_above(row[i].pattern, row[i].name),
				 row[i].above);
	}
	ck_assert(host_pattern_ok("*.a") && host_pattern_ok("a.b"));
	ck_assert(!host_pattern_ok("*") && !host_pattern_ok("*."));
	ck_assert(!host_pattern_ok("*a.b") && !host_pattern_ok("a.*.b"));
	ck_assert(!host_pattern_ok("*.1.2.3.4") && !host_pattern_ok(""));
}
END_TEST

START_TEST(urls)
{
	static const struct {
		const char *url, *host;
		uint16_t port;
	} good[] = {
		{ "http://intra.example/", "intra.example", 80 },
		{ "HTTPS://intra.example", "intra.example", 443 },
		{ "https://intra.example:8443/a?b#c", "intra.example", 8443 },
		{ "http://192.0.2.1:81", "192.0.2.1", 81 },
		{ "http://[2001:db8::1]/", "2001:db8::1", 80 },
		{ "https://[2001:db8::1]:444/", "2001:db8::1", 444 },
		{ "http://a?x", "a", 80 },
		{ "http://a?q=/@", "a", 80 },
		{ "HTTP://A.example", "A.example", 80 },
	};
	char host[HOST_CAP];
	uint16_t port;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		ck_assert_msg(!host_of_url(good[i].url, host, &port),
			      "refused: %s", good[i].url);
		ck_assert_str_eq(host, good[i].host);
		ck_assert_uint_eq(port, good[i].port);
	}
}
END_TEST

START_TEST(urls_that_are_refused)
{
	static const char *const bad[] = {
		"",
		"intra.example",
		"ftp://intra.example/",
		"javascript://a/",
		"http:/a",
		"http://[]/",
		"http://-a/",
		"http://a\\b/",
		"http://2130706433/",
		"http://",
		"http:///a",
		"http://user@intra.example/",
		"http://intra.example:0/",
		"http://intra.example:65536/",
		"http://intra.example:/",
		"http://2001:db8::1/",
		"http://[intra.example]/",
		"http://[192.0.2.1]/",
		"http://[::1/",
		"http://127.1/",
		"http://intra example/",
		"http://intra.example/\n",
		("http://b\xc3\xbc"
		 "cher.example/"),
	};
	char host[HOST_CAP + 16], name[300], text[400];
	uint16_t port;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(host_of_url(bad[i], host, &port) == ERR_INVAL,
			      "taken: %s", bad[i]);
	snprintf(text, sizeof text, "http://%s/", repeat(name, "a.", 140, "a"));
	ck_assert_int_eq(host_of_url(text, host, &port), ERR_INVAL);
	/* A little too long for the host alone: nothing is written behind it. */
	memset(host, '!', sizeof host - 1);
	host[sizeof host - 1] = 0;
	snprintf(text, sizeof text, "http://%s/", repeat(name, "a.", 130, "a"));
	ck_assert_int_eq(host_of_url(text, host, &port), ERR_INVAL);
	ck_assert_uint_eq(strspn(host + HOST_CAP, "!"), 15);
}
END_TEST

SUITE("host", names, numbers_are_no_names, lengths, as_dns_compares, patterns,
      urls, urls_that_are_refused)
