/* SPDX-License-Identifier: BSD-2-Clause */
/* http_body_test.c - where bodies of HTTP requests end, cut at every byte. */
#include "proxy/http_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* Feeds n bytes in two pieces, the first of `cut` bytes, each from a copy of
 * just its size. */
static size_t feed(struct http_body *b, const char *p, size_t n, size_t cut)
{
	uint8_t *one = malloc(cut + 1), *two = malloc(n - cut + 1);
	size_t taken;

	memcpy(one, p, cut);
	memcpy(two, p + cut, n - cut);
	taken = http_body_take(b, one, cut);
	if (taken == cut)
		taken += http_body_take(b, two, n - cut);
	free(one);
	free(two);
	return taken;
}

/* The text is a body and what follows it. */
static void ends_at(struct http_body body, const char *text, size_t end)
{
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		struct http_body b = body;

		ck_assert_uint_eq(feed(&b, text, strlen(text), cut), end);
		ck_assert_int_eq(b.state, BODY_DONE);
	}
}

START_TEST(lengths)
{
	ends_at(http_body_length(0), "GET / HTTP/1.1", 0);
	ends_at(http_body_length(5), "helloGET /", 5);
	ends_at(http_body_length(5), "hello", 5);
}
END_TEST

START_TEST(chunks)
{
	static const char next[] = "GET / HTTP/1.1\r\n\r\n";
	static const char *const bodies[] = {
		"0\r\n\r\n",
		"5\r\nhello\r\n0\r\n\r\n",
		"00A;name=\"x\"\r\n0123456789\r\n1 \r\n\n\r\n000\r\n\r\n",
		"a\r\n\r\n0\r\n\r\n123\r\n0\r\nSum: 1\r\nMore: 2\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		char text[200];

		snprintf(text, sizeof text, "%s%s", bodies[i], next);
		ends_at(http_body_chunked(), text, strlen(bodies[i]));
	}
}
END_TEST

START_TEST(no_chunks)
{
	static const char *const bad[] = {
		"\r\n",
		"x\r\n",
		"-1\r\n",
		"5\nhello\r\n",
		"5;a\nhello\r\n",
		"5\r\nhello0\r\n\r\n",
		"5\r\nhello\n0\r\n\r\n",
		"0\r\n\n",
		"0\r\n\rx",
		"ffffffffffffffffff\r\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (size_t cut = 0; cut <= strlen(bad[i]); cut++) {
			struct http_body b = http_body_chunked();

			feed(&b, bad[i], strlen(bad[i]), cut);
			ck_assert_int_eq(b.state, BODY_BAD);
			ck_assert_uint_eq(http_body_take(&b, (uint8_t *)"x", 1),
					  0);
		}
}
END_TEST

SUITE("http_body", lengths, chunks, no_chunks)
