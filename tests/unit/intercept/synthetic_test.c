/* SPDX-License-Identifier: BSD-2-Clause */
/* synthetic_test.c - names and the addresses that stand for them. */
#include "intercept/synthetic.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct synthetic *t;
static char text[ADDR_TEXT];

static void begin(void)
{
	t = synthetic_new();
	ck_assert_ptr_nonnull(t);
}

/* The address of a name as text; *is_new as synthetic_get says. */
static const char *get(const char *name, bool *is_new)
{
	struct addr a;

	ck_assert_int_eq(synthetic_get(t, name, &a, is_new), 0);
	return addr_host(&a, text);
}

static struct addr parsed(const char *host)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, host, 0), 0);
	return a;
}

static const char *name_at(const char *host)
{
	struct addr a = parsed(host);

	return synthetic_name(t, &a);
}

START_TEST(one_for_each)
{
	bool is_new;

	begin();
	ck_assert_str_eq(get("a.corp.example", &is_new), "198.18.0.1");
	ck_assert(is_new);
	ck_assert_str_eq(get("b.corp.example", &is_new), "198.18.0.2");
	ck_assert_str_eq(get("a.corp.example", &is_new), "198.18.0.1");
	ck_assert(!is_new);
	ck_assert_str_eq(name_at("198.18.0.2"), "b.corp.example");
	ck_assert_ptr_null(name_at("198.18.0.3"));
	synthetic_free(t);
}
END_TEST

START_TEST(other_addresses)
{
	static const char *const other[] = { "198.18.0.0", "198.19.255.255",
					     "198.20.0.1", "198.17.255.255",
					     "10.0.0.1",   "::ffff:0:1",
					     "c612:1::" };

	begin();
	get("a", NULL);
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		struct addr a = parsed(other[i]);

		ck_assert_ptr_null(synthetic_name(t, &a));
		ck_assert_int_eq(synthetic_put(t, "b", &a), ERR_INVAL);
	}
	synthetic_free(t);
}
END_TEST

START_TEST(after_a_restart)
{
	struct addr a = parsed("198.18.3.232"), b = parsed("198.18.3.233");

	begin();
	ck_assert_int_eq(synthetic_put(t, "x", &a), 0);
	ck_assert_str_eq(get("x", NULL), "198.18.3.232");
	ck_assert_str_eq(get("y", NULL), "198.18.3.233");
	/* Somebody has it. */
	ck_assert_int_eq(synthetic_put(t, "z", &b), ERR_INVAL);
	/* A name that moves leaves its old address. */
	b = parsed("198.18.0.9");
	ck_assert_int_eq(synthetic_put(t, "x", &b), 0);
	ck_assert_ptr_null(synthetic_name(t, &a));
	ck_assert_str_eq(name_at("198.18.0.9"), "x");
	synthetic_free(t);
}
END_TEST

/* The address that is n behind another. */
static struct addr behind(const struct addr *a, unsigned n)
{
	uint32_t v = (uint32_t)a->ip[1] << 16 | (uint32_t)a->ip[2] << 8 |
		     a->ip[3];
	struct addr b = *a;

	v += n;
	b.ip[1] = (uint8_t)(v >> 16);
	b.ip[2] = (uint8_t)(v >> 8);
	b.ip[3] = (uint8_t)v;
	return b;
}

/* Asks for the addresses of n names; under valgrind for those of the first and
 * the last `some`, and the addresses between them stay as they are. */
static void get_many(const char *prefix, unsigned n, unsigned some)
{
	char name[32];
	struct addr a;
	unsigned bad = 0;

	for (unsigned i = 0; i < n; i++) {
		if (suite_brief() && i == some) {
			i = n - some;
			a = behind(&a, n - 2 * some);
			bad += synthetic_put(t, "between", &a) != 0;
		}
		bad += synthetic_would_replace(t, "one.more") && *prefix == 'h';
		snprintf(name, sizeof name, "%s%u", prefix, i);
		bad += synthetic_get(t, name, &a, NULL) != 0;
	}
	ck_assert_uint_eq(bad, 0);
	addr_host(&a, text);
}

START_TEST(all_in_use)
{
	begin();
	get_many("h", 131070, 100);
	ck_assert_str_eq(text, "198.19.255.254");
	ck_assert(synthetic_would_replace(t, "one.more"));
	ck_assert(!synthetic_would_replace(t, "h7"));
	ck_assert_str_eq(get("one.more", NULL), "198.18.0.1");
	ck_assert_str_eq(name_at("198.18.0.1"), "one.more");
	ck_assert_str_eq(get("h1", NULL), "198.18.0.2");
	ck_assert_str_eq(name_at("198.18.0.3"), "h2");
	/* The one that had to go has a new address, and not one that a program
	 * has asked for, or dialled, since it was given out. */
	ck_assert_str_eq(get("h0", NULL), "198.18.0.4");
	ck_assert_str_eq(name_at("198.18.0.2"), "h1");
	/* The next round: what was used in between stays once more. */
	get_many("new", 131067, 200);
	ck_assert_str_eq(name_at("198.18.0.1"), "one.more");
	ck_assert_str_eq(name_at("198.18.0.2"), "h1");
	ck_assert_str_eq(name_at("198.18.0.3"), "new131066");
	synthetic_free(t);
}
END_TEST

SUITE("synthetic", one_for_each, other_addresses, after_a_restart, all_in_use)
