/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens_test.c - who is logged in on the web pages, and until when. */
#include "monitor/tokens.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct page_user somebody(const char *user)
{
	struct page_user who = { .user = "" };

	snprintf(who.user, sizeof who.user, "%s", user);
	snprintf(who.gateway, sizeof who.gateway, "main");
	return who;
}

START_TEST(found_by_its_id_only)
{
	struct page_user alice = somebody("alice");
	struct tokens *t = tokens_new();
	struct token *k = tokens_add(t, &alice, 1000);
	uint8_t id[PAGE_TOKEN], other[PAGE_TOKEN] = { 0 };

	memcpy(id, k->id, sizeof id);
	ck_assert_mem_ne(k->id, k->csrf, PAGE_TOKEN);
	ck_assert_ptr_eq(tokens_use(t, id, 2000), k);
	ck_assert_ptr_null(tokens_use(t, other, 2000));
	id[31] ^= 1;
	ck_assert_ptr_null(tokens_use(t, id, 2000));
	id[31] ^= 1;
	tokens_drop(k);
	ck_assert_ptr_null(tokens_use(t, id, 2000));
	ck_assert_uint_eq(tokens_count(t, 2000), 0);
	tokens_free(t);
}
END_TEST

START_TEST(all_of_a_user_at_a_gateway)
{
	struct page_user alice = somebody("alice"), bob = somebody("bob");
	struct page_user elsewhere = somebody("alice");
	struct tokens *t = tokens_new();

	snprintf(elsewhere.gateway, sizeof elsewhere.gateway, "other");
	tokens_add(t, &alice, 1);
	tokens_add(t, &bob, 1);
	tokens_add(t, &alice, 1);
	tokens_add(t, &elsewhere, 1);
	tokens_drop_user(t, "alice", "main");
	ck_assert_uint_eq(tokens_count(t, 1), 2);
	tokens_drop_user(t, "bob", "main");
	ck_assert_uint_eq(tokens_count(t, 1), 1);
	tokens_free(t);
}
END_TEST

/* A free place has a zero token, which is nobody's. */
START_TEST(zero_is_nobody)
{
	struct page_user alice = somebody("alice");
	struct tokens *t = tokens_new();
	const uint8_t zero[PAGE_TOKEN] = { 0 };

	ck_assert_ptr_null(tokens_use(t, zero, 5));
	tokens_drop(tokens_add(t, &alice, 5));
	ck_assert_ptr_null(tokens_use(t, zero, 6));
	tokens_free(t);
}
END_TEST

START_TEST(ends_when_idle)
{
	struct page_user alice = somebody("alice");
	struct tokens *t = tokens_new();
	struct token *k = tokens_add(t, &alice, 1);
	uint8_t id[PAGE_TOKEN];

	memcpy(id, k->id, sizeof id);
	ck_assert_ptr_nonnull(tokens_use(t, id, 1 + TOKEN_IDLE_MS));
	ck_assert_ptr_nonnull(tokens_use(t, id, 1 + 2 * TOKEN_IDLE_MS));
	ck_assert_ptr_null(tokens_use(t, id, 2 + 3 * TOKEN_IDLE_MS));
	tokens_free(t);
}
END_TEST

START_TEST(ends_after_all)
{
	struct page_user alice = somebody("alice");
	struct tokens *t = tokens_new();
	uint8_t id[PAGE_TOKEN];
	uint64_t now = 1;

	memcpy(id, tokens_add(t, &alice, now)->id, sizeof id);
	for (; now < TOKEN_LIFE_MS; now += TOKEN_IDLE_MS)
		ck_assert_ptr_nonnull(tokens_use(t, id, now));
	ck_assert_ptr_null(tokens_use(t, id, 2 + TOKEN_LIFE_MS));
	tokens_free(t);
}
END_TEST

/* Nobody can take the places of all others. */
START_TEST(so_many_of_one_user)
{
	struct page_user alice = somebody("alice"), bob = somebody("bob");
	struct tokens *t = tokens_new();
	uint8_t of_bob[PAGE_TOKEN];

	memcpy(of_bob, tokens_add(t, &bob, 1)->id, sizeof of_bob);
	for (unsigned i = 0; i < 2 * TOKENS_MAX; i++)
		tokens_add(t, &alice, 2 + i);
	ck_assert_uint_eq(tokens_count(t, 3 * TOKENS_MAX), TOKENS_PER_USER + 1);
	ck_assert_ptr_nonnull(tokens_use(t, of_bob, 3 * TOKENS_MAX));
	tokens_free(t);
}
END_TEST

START_TEST(all_places_taken)
{
	struct tokens *t = tokens_new();
	struct page_user who;
	uint8_t first[PAGE_TOKEN];
	char name[20];

	for (unsigned i = 0; i < TOKENS_MAX + 1; i++) {
		snprintf(name, sizeof name, "user%u", i);
		who = somebody(name);
		if (i)
			tokens_add(t, &who, 1 + i);
		else
			memcpy(first, tokens_add(t, &who, 1)->id, sizeof first);
	}
	ck_assert_uint_eq(tokens_count(t, 2 * TOKENS_MAX), TOKENS_MAX);
	ck_assert_ptr_null(tokens_use(t, first, 2 * TOKENS_MAX));
	tokens_free(t);
}
END_TEST

SUITE("tokens", all_of_a_user_at_a_gateway, found_by_its_id_only,
      zero_is_nobody, ends_when_idle, ends_after_all, so_many_of_one_user,
      all_places_taken)
