/* SPDX-License-Identifier: BSD-2-Clause */
/* reply_test.c - how much JSON the monitor takes from a worker. */
#include "process/reply.h"

#include "process/msg.h"
#include "suite.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static bool fits(const char *text)
{
	return reply_fits(text, strlen(text));
}

/* `head`, `part` n times, `tail`. */
static char *text_of(const char *head, const char *part, size_t n,
		     const char *tail)
{
	size_t k = strlen(part);
	char *text = malloc(strlen(head) + n * k + strlen(tail) + 1), *at;

	ck_assert_ptr_nonnull(text);
	at = stpcpy(text, head);
	for (size_t i = 0; i < n; i++, at += k)
		memcpy(at, part, k);
	stpcpy(at, tail);
	return text;
}

/* With as many `part` as there is room for; with a quarter of them under
 * valgrind, which are still more than REPLY_VALUES of the shortest. */
static bool full_fits(const char *head, const char *part, const char *tail)
{
	size_t all = suite_brief() ? CONTROL_MAX / 4 : CONTROL_MAX;
	size_t room = all - strlen(head) - strlen(tail);
	char *text = text_of(head, part, room / strlen(part), tail);
	bool yes = fits(text);

	free(text);
	return yes;
}

START_TEST(small)
{
	ck_assert(fits("{}"));
	ck_assert(fits("{\"a\": [1, 2, {\"b\": null}]}"));
	ck_assert(fits(""));
	ck_assert(fits("]]]]"));
	ck_assert(fits("\"never ends \\"));
}
END_TEST

START_TEST(deep)
{
	ck_assert(fits("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"));
	ck_assert(!fits("[[[[[[[[[[[[[[[[["));
	ck_assert(!fits("{\"a\":[[[[[[[[[[[[[[[[[]]]]"));
	/* One after the other is not deep. */
	ck_assert(fits("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]"));
}
END_TEST

/* Brackets inside strings are text. */
START_TEST(strings)
{
	ck_assert(fits("[\"[[[[[[[[[[[[[[[[[[[[[[[[[\"]"));
	ck_assert(fits("[\"\\\"[[[[[[[[[[[[[[[[[[[[[[\"]"));
	ck_assert(fits("[\"\\\\\\\"[[[[[[[[[[[[[[[[[[[[\"]"));
	ck_assert(!fits("[\"\\\\\",[[[[[[[[[[[[[[[[[[[[\"]"));
	ck_assert(full_fits("[\"", "[{,}]", "\"]"));
}
END_TEST

START_TEST(many)
{
	ck_assert(!full_fits("{\"sessions\":[{}", ",{}", "]}"));
	ck_assert(!full_fits("{\"sessions\":[[]", ",[]", "]}"));
	ck_assert(!full_fits("[0", ",0", "]"));
	ck_assert(!full_fits("[\"\"", ",\"\"", "]"));
}
END_TEST

START_TEST(long_text)
{
	char *text = malloc(CONTROL_MAX + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', CONTROL_MAX + 1);
	ck_assert(reply_fits(text, CONTROL_MAX));
	ck_assert(!reply_fits(text, CONTROL_MAX + 1));
	free(text);
}
END_TEST

/* As many channels as CONTROL_MAX bytes can hold. */
START_TEST(listing)
{
	ck_assert(full_fits(
		"{\"channels\":[{}",
		",{\"channel\":11,\"session\":1125899906842624,"
		"\"session_number\":12,\"user\":\"alice\",\"resource\":\"db\","
		"\"plugin\":null,\"source\":\"127.0.0.1:41000\","
		"\"destination\":\"10.0.0.5:1521\",\"client_socket_id\":null,"
		"\"server_socket_id\":null,\"to_server\":0,\"to_client\":0,"
		"\"parent\":null,\"since\":1700000000,\"idle_s\":0}",
		"]}"));
}
END_TEST

/* ---- what it costs to parse what fits ------------------------------------ */

static size_t taken, peak;

static void *count_malloc(size_t n)
{
	size_t *p = malloc(n + 16);

	if (!p)
		return NULL;
	*p = n;
	taken += n + 16;
	peak = taken > peak ? taken : peak;
	return (char *)p + 16;
}

static void count_free(void *at)
{
	size_t *p = at ? (size_t *)(void *)((char *)at - 16) : NULL;

	taken -= p ? *p + 16 : 0;
	free(p);
}

static size_t cost_of(const char *head, const char *part, size_t n,
		      const char *tail)
{
	char *text = text_of(head, part, n, tail);
	json_t *j;

	ck_assert(fits(text));
	json_set_alloc_funcs(count_malloc, count_free);
	taken = peak = 0;
	j = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(j);
	json_decref(j);
	json_set_alloc_funcs(malloc, free);
	free(text);
	return peak;
}

START_TEST(costs)
{
	const size_t most = suite_rounds(160 << 20);
	const size_t nodes = suite_rounds(REPLY_NODES - 2);
	const size_t values = suite_rounds(REPLY_VALUES - 2);

	ck_assert_uint_le(cost_of("[{}", ",{}", nodes, "]"), most);
	ck_assert_uint_le(cost_of("[0", ",0.1", values, "]"), most);
	ck_assert_uint_le(cost_of("[0", ",\"\"", values, "]"), most);
}
END_TEST

SUITE("process/reply", small, deep, strings, many, long_text, listing, costs)
