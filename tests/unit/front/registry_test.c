/* SPDX-License-Identifier: BSD-2-Clause */
/* registry_test.c - the sessions that the front thread knows. */
#include "front/registry.h"
#include "gateway/worker.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct registry r;

static struct registry_entry *add(const char *user, const char *gateway,
				  uint64_t since)
{
	struct registry_entry *e = registry_add(&r, 3);

	ck_assert_ptr_nonnull(e);
	registry_name(&r, e, user, gateway);
	e->since_us = since;
	return e;
}

START_TEST(found_by_all_of_its_number)
{
	struct registry_entry *e;
	uint64_t id;

	registry_init(&r);
	e = add("alice", "corp", 1);
	id = e->session;
	ck_assert_uint_eq(shard_index(id), 3);
	ck_assert_ptr_eq(registry_get(&r, id), e);
	/* The same key with another shard, or with bits above, is no
	 * session. */
	ck_assert_ptr_null(registry_get(&r, id ^ 1));
	ck_assert_ptr_null(registry_get(&r, id | UINT64_C(1) << 63));
	ck_assert_ptr_null(registry_get(&r, 0));
	registry_remove(&r, e);
	ck_assert_ptr_null(registry_get(&r, id));
	ck_assert_uint_eq(r.count, 0);
	registry_fini(&r);
}
END_TEST

START_TEST(numbers_are_exact_in_json)
{
	registry_init(&r);
	for (int i = 0; i < 200; i++) {
		struct registry_entry *e = add("alice", "corp", 1);

		ck_assert_uint_lt(e->session, UINT64_C(1) << 53);
		ck_assert_uint_ne(session_key(e->session), 0);
	}
	ck_assert_uint_eq(r.count, 200);
	registry_fini(&r);
}
END_TEST

START_TEST(short_numbers_are_given_once)
{
	struct registry_entry *a, *b;

	registry_init(&r);
	a = add("alice", "corp", 1);
	b = add("bob", "corp", 1);
	ck_assert_uint_eq(a->number, 1);
	ck_assert_uint_eq(b->number, 2);
	ck_assert(registry_has_user(&r, "bob"));
	registry_remove(&r, b);
	ck_assert(!registry_has_user(&r, "bob"));
	ck_assert_uint_eq(add("bob", "corp", 1)->number, 3);
	registry_fini(&r);

	/* Another worker had got as far as 7, and moves its sessions here. */
	registry_init(&r);
	r.last_number = 7;
	a = registry_put(&r, UINT64_C(5) << 8, 4);
	ck_assert_uint_eq(a->number, 4);
	ck_assert_uint_eq(add("bob", "corp", 1)->number, 8);
	registry_fini(&r);
}
END_TEST

START_TEST(oldest_detached_of_one_user)
{
	struct registry_entry *oldest, *a, *b;

	registry_init(&r);
	a = add("alice", "corp", 30);
	b = add("alice", "corp", 20);
	add("alice", "lab", 1);
	add("bob", "corp", 1);
	add("alice", "corp", 5)->attached = true;
	ck_assert_uint_eq(registry_of_user(&r, "alice", "corp", &oldest), 3);
	ck_assert_ptr_eq(oldest, b);
	b->attached = true;
	registry_of_user(&r, "alice", "corp", &oldest);
	ck_assert_ptr_eq(oldest, a);
	a->attached = true;
	ck_assert_uint_eq(registry_of_user(&r, "alice", "corp", &oldest), 3);
	ck_assert_ptr_null(oldest);
	ck_assert_uint_eq(registry_of_user(&r, "carol", "corp", &oldest), 0);
	ck_assert_ptr_null(oldest);
	registry_fini(&r);
}
END_TEST

START_TEST(oldest_detached_of_a_gateway)
{
	struct registry_entry *oldest, *a, *b;

	registry_init(&r);
	a = add("alice", "corp", 30);
	b = add("bob", "corp", 20);
	add("bob", "lab", 1);
	add("carol", "corp", 5)->attached = true;
	ck_assert_uint_eq(registry_of_gateway(&r, "corp", &oldest), 3);
	ck_assert_ptr_eq(oldest, b);
	a->attached = b->attached = true;
	ck_assert_uint_eq(registry_of_gateway(&r, "corp", &oldest), 3);
	ck_assert_ptr_null(oldest);
	registry_fini(&r);
}
END_TEST

/* A user with a session has no more free handshakes than others. */
START_TEST(many_tunnels_cost_their_source)
{
	uint64_t now = 1000 * (uint64_t)ATTACH_US;
	struct registry_entry *e, *other;
	unsigned n = 0;

	registry_init(&r);
	e = add("alice", "corp", 1);
	other = add("bob", "corp", 1);
	while (n <= ATTACH_BURST && registry_pays(e, now))
		n++;
	ck_assert_uint_eq(n, ATTACH_BURST);
	ck_assert(!registry_pays(e, now + ATTACH_US - 1));
	ck_assert(registry_pays(e, now + ATTACH_US));
	ck_assert(!registry_pays(e, now + ATTACH_US));
	ck_assert(registry_pays(other, now));
	registry_fini(&r);
}
END_TEST

SUITE("registry", found_by_all_of_its_number, numbers_are_exact_in_json,
      short_numbers_are_given_once, oldest_detached_of_one_user,
      oldest_detached_of_a_gateway, many_tunnels_cost_their_source)
