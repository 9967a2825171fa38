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

	ck_assert_int_eq(map_put(&m, 5, &things[0]), 0);
	map_del(&m, 5);
	ck_assert_ptr_null(m.slots);
	ck_assert_uint_eq(m.cap, 0);
	ck_assert_int_eq(map_put(&m, 5, &things[1]), 0);
	ck_assert_ptr_eq(map_get(&m, 5), &things[1]);
	map_fini(&m);
}
END_TEST

/* Every key wants the same slot. */
START_TEST(all_collide)
{
	struct map m = { 0 };

	for (uint32_t i = 0; i < 100; i++)
		ck_assert_int_eq(map_put(&m, i << 16, &things[i]), 0);
	for (uint32_t i = 0; i < 100; i += 3)
		map_del(&m, i << 16);
	for (uint32_t i = 0; i < 100; i++)
		ck_assert_ptr_eq(map_get(&m, i << 16),
				 i % 3 ? &things[i] : NULL);
	map_fini(&m);
}
END_TEST

START_TEST(run_over_the_end_of_the_table)
{
	struct map m = { 0 };

	/* Slots 14, 15, 0, 1 of the first 16. */
	for (uint32_t i = 0; i < 4; i++)
		ck_assert_int_eq(map_put(&m, 14 + 16 * i, &things[i]), 0);
	ck_assert_uint_eq(m.cap, 16);
	ck_assert_int_eq(map_put(&m, 0, &things[9]), 0);
	map_del(&m, 14);
	for (uint32_t i = 1; i < 4; i++)
		ck_assert_ptr_eq(map_get(&m, 14 + 16 * i), &things[i]);
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

SUITE("map", empty, put_get_del, last_one_frees, all_collide,
      run_over_the_end_of_the_table, against_an_array)
