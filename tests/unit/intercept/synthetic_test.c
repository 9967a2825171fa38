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

START_TEST(all_in_use)
{
	char name[32];

	begin();
	for (unsigned i = 0; i < 131070; i++) {
		ck_assert(!synthetic_would_replace(t, "one.more"));
		snprintf(name, sizeof name, "h%u", i);
		get(name, NULL);
	}
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
	for (unsigned i = 0; i < 131067; i++) {
		snprintf(name, sizeof name, "new%u", i);
		get(name, NULL);
	}
	ck_assert_str_eq(name_at("198.18.0.1"), "one.more");
	ck_assert_str_eq(name_at("198.18.0.2"), "h1");
	ck_assert_str_eq(name_at("198.18.0.3"), "new131066");
	synthetic_free(t);
}
END_TEST

SUITE("synthetic", one_for_each, other_addresses, after_a_restart, all_in_use)
