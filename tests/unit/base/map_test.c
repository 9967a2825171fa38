/* SPDX-License-Identifier: BSD-2-Clause */
/* map_test.c - ids that collide, wrap around and go. */
#include "base/map.h"

#include "base/err.h"
#include "suite.h"

#include <stdlib.h>

static int things[4096];

START_TEST(empty)
{
	struct map m = { 0 };

	ck_assert_ptr_null(map_get(&m, 0));
	ck_assert_ptr_null(map_get(&m, UINT32_MAX));
	map_del(&m, 7);
	map_fini(&m);
}
END_TEST

START_TEST(put_get_del)
{
	struct map m = { 0 };

	ck_assert_int_eq(map_put(&m, 0, &things[0]), 0);
	ck_assert_int_eq(map_put(&m, UINT32_MAX, &things[1]), 0);
	ck_assert_ptr_eq(map_get(&m, 0), &things[0]);
	ck_assert_ptr_eq(map_get(&m, UINT32_MAX), &things[1]);
	ck_assert_ptr_null(map_get(&m, 1));
	map_del(&m, 1);
	map_del(&m, 0);
	ck_assert_ptr_null(map_get(&m, 0));
	ck_assert_ptr_eq(map_get(&m, UINT32_MAX), &things[1]);
	map_fini(&m);
}
END_TEST

START_TEST(last_one_frees)
{
	struct map m = { 0 };
	struct sip_key hash;

	ck_assert_int_eq(map_put(&m, 5, &things[0]), 0);
	hash = m.hash;
	map_del(&m, 5);
	ck_assert_ptr_null(m.slots);
	ck_assert_uint_eq(m.cap, 0);
	ck_assert_int_eq(map_put(&m, 5, &things[1]), 0);
	ck_assert_ptr_eq(map_get(&m, 5), &things[1]);
	/* Another key would be another system call. */
	ck_assert_mem_eq(&m.hash, &hash, sizeof hash);
	map_fini(&m);
}
END_TEST

/* The longest row of slots in use: what looking for one key may cost. */
static uint32_t longest_row(const struct map *m)
{
	uint32_t row = 0, longest = 0;

	for (uint32_t i = 0; i < 2 * m->cap; i++) {
		row = m->slots[i & (m->cap - 1)].value ? row + 1 : 0;
		longest = row > longest ? row : longest;
	}
	return longest;
}

/* Ids that a peer who knows this code would choose. */
START_TEST(keys_chosen_to_collide)
{
	for (unsigned shift = 0; shift <= 20; shift += 5) {
		struct map m = { 0 };

		for (uint32_t i = 0; i < 1000; i++)
			ck_assert_int_eq(map_put(&m, i << shift, &things[i]),
					 0);
		ck_assert_uint_lt(longest_row(&m), 200);
		for (uint32_t i = 0; i < 1000; i += 3)
			map_del(&m, i << shift);
		for (uint32_t i = 0; i < 1000; i++)
			ck_assert_ptr_eq(map_get(&m, i << shift),
					 i % 3 ? &things[i] : NULL);
		map_fini(&m);
	}
}
END_TEST

START_TEST(no_two_maps_alike)
{
	struct map a = { 0 }, b = { 0 };
	uint32_t same = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		ck_assert_int_eq(map_put(&a, i, &things[i]), 0);
		ck_assert_int_eq(map_put(&b, i, &things[i]), 0);
	}
	ck_assert_uint_eq(a.cap, b.cap);
	for (uint32_t i = 0; i < a.cap; i++)
		same += a.slots[i].value &&
			a.slots[i].value == b.slots[i].value;
	ck_assert_uint_lt(same, 100);
	map_fini(&a);
	map_fini(&b);
}
END_TEST

static uint32_t slot_of(const struct map *m, uint32_t key)
{
	uint32_t i = 0;

	while (!m->slots[i].value || m->slots[i].key != key)
		i++;
	return i;
}

/* n keys that want `slot`; the map has another one, or it would begin anew. */
static void find_keys(struct map *m, uint32_t slot, uint32_t n, uint32_t *keys)
{
	for (uint32_t key = 1; n; key++) {
		ck_assert_int_eq(map_put(m, key, &things[9]), 0);
		if (slot_of(m, key) == slot)
			keys[--n] = key;
		map_del(m, key);
	}
}

START_TEST(run_over_the_end_of_the_table)
{
	struct map m = { 0 };
	uint32_t keys[4], other;

	do {
		map_fini(&m);
		ck_assert_int_eq(map_put(&m, 0, &things[9]), 0);
		ck_assert_uint_eq(m.cap, 16);
		other = slot_of(&m, 0);
	} while (other < 4 || other > 12);
	/* Slots 14, 15, 0, 1. */
	find_keys(&m, 14, 4, keys);
	for (uint32_t i = 0; i < 4; i++) {
		ck_assert_int_eq(map_put(&m, keys[i], &things[i]), 0);
		ck_assert_uint_eq(slot_of(&m, keys[i]), (14 + i) % 16);
	}
	map_del(&m, keys[0]);
	for (uint32_t i = 1; i < 4; i++) {
		ck_assert_ptr_eq(map_get(&m, keys[i]), &things[i]);
		ck_assert_uint_eq(slot_of(&m, keys[i]), (13 + i) % 16);
	}
	ck_assert_ptr_eq(map_get(&m, 0), &things[9]);
	map_fini(&m);
}
END_TEST

START_TEST(against_an_array)
{
	void *want[4096] = { NULL };
	struct map m = { 0 };

	srand(11);
	for (int step = 0; step < 60000; step++) {
		uint32_t i = (uint32_t)rand() % 4096, key = i * 37;

		if (want[i] && rand() % 3) {
			map_del(&m, key);
			want[i] = NULL;
		} else if (!want[i]) {
			ck_assert_int_eq(map_put(&m, key, &things[i]), 0);
			want[i] = &things[i];
		}
	}
	for (uint32_t i = 0; i < 4096; i++)
		ck_assert_ptr_eq(map_get(&m, i * 37), want[i]);
	map_fini(&m);
}
END_TEST

SUITE("map", empty, put_get_del, last_one_frees, keys_chosen_to_collide,
      no_two_maps_alike, run_over_the_end_of_the_table, against_an_array)
