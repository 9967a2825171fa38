/* SPDX-License-Identifier: BSD-2-Clause */
/* buf_test.c - the byte queue keeps order, grows and gives memory back. */
#include "base/buf.h"

#include "base/err.h"
#include "suite.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

START_TEST(empty_owns_nothing)
{
	struct buf b = { 0 };

	ck_assert_uint_eq(buf_len(&b), 0);
	ck_assert_ptr_null(buf_ptr(&b));
	ck_assert_int_eq(buf_append(&b, NULL, 0), 0);
	ck_assert_ptr_null(b.data);
	buf_take(&b, 0);
	buf_fini(&b);
	buf_fini(&b);
}
END_TEST

START_TEST(first_in_first_out)
{
	struct buf b = { 0 };

	ck_assert_int_eq(buf_append(&b, "hello ", 6), 0);
	ck_assert_int_eq(buf_append(&b, "world", 5), 0);
	ck_assert_uint_eq(buf_len(&b), 11);
	ck_assert_int_eq(memcmp(buf_ptr(&b), "hello world", 11), 0);
	buf_take(&b, 6);
	ck_assert_int_eq(memcmp(buf_ptr(&b), "world", 5), 0);
	buf_take(&b, 5);
	ck_assert_uint_eq(buf_len(&b), 0);
	buf_fini(&b);
}
END_TEST

START_TEST(reserve_and_commit)
{
	struct buf b = { 0 };
	uint8_t *p = buf_reserve(&b, 100);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(buf_len(&b), 0);
	memset(p, 'x', 100);
	buf_commit(&b, 40);
	ck_assert_uint_eq(buf_len(&b), 40);
	ck_assert_ptr_eq(buf_reserve(&b, 60), p + 40);
	ck_assert_uint_eq(buf_len(&b), 40);
	buf_fini(&b);
}
END_TEST

START_TEST(reserve_nothing_on_empty)
{
	struct buf b = { 0 };

	ck_assert_ptr_nonnull(buf_reserve(&b, 0));
	ck_assert_uint_eq(buf_len(&b), 0);
	buf_fini(&b);
}
END_TEST

START_TEST(impossible_size)
{
	struct buf b = { 0 };

	ck_assert_int_eq(buf_append(&b, "abc", 3), 0);
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX));
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX - 2));
	ck_assert_ptr_null(buf_reserve(&b, SIZE_MAX / 2));
	/* What was there is still there. */
	ck_assert_uint_eq(buf_len(&b), 3);
	ck_assert_int_eq(memcmp(buf_ptr(&b), "abc", 3), 0);
	buf_fini(&b);
}
END_TEST

START_TEST(large_memory_is_given_back)
{
	static const uint8_t zero[100000];
	struct buf b = { 0 };

	ck_assert_int_eq(buf_append(&b, zero, sizeof zero), 0);
	buf_take(&b, sizeof zero - 1);
	ck_assert_ptr_nonnull(b.data);
	buf_take(&b, 1);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.cap, 0);
	ck_assert_int_eq(buf_append(&b, zero, 10), 0);
	buf_take(&b, 10);
	ck_assert_ptr_nonnull(b.data);
	buf_fini(&b);
}
END_TEST

/* A queue that never runs empty moves; it must not grow without end.  (An
 * assertion costs a system call, so the loops here add up.) */
START_TEST(steady_flow_stays_small)
{
	uint8_t in = 0, out = 0, chunk[100];
	struct buf b = { 0 };
	bool good = true;

	for (int round = 0; round < 10000; round++) {
		for (size_t i = 0; i < sizeof chunk; i++)
			chunk[i] = in++;
		ck_assert_int_eq(buf_append(&b, chunk, sizeof chunk), 0);
		while (buf_len(&b) > 37) {
			good &= *buf_ptr(&b) == out++;
			buf_take(&b, 1);
		}
	}
	ck_assert(good);
	ck_assert_uint_le(b.cap, 1024);
	buf_fini(&b);
}
END_TEST

START_TEST(random_steps)
{
	uint8_t in = 0, out = 0;
	struct buf b = { 0 };
	bool good = true;

	srand(7);
	for (int step = 0; step < 20000; step++) {
		size_t n = (size_t)rand() % 300;

		if (rand() % 2) {
			uint8_t *p = buf_reserve(&b, n);

			ck_assert_ptr_nonnull(p);
			for (size_t i = 0; i < n; i++)
				p[i] = in++;
			buf_commit(&b, n);
			continue;
		}
		n = MIN(n, buf_len(&b));
		for (size_t i = 0; i < n; i++)
			good &= buf_ptr(&b)[i] == out++;
		buf_take(&b, n);
	}
	ck_assert(good);
	buf_fini(&b);
}
END_TEST

SUITE("buf", empty_owns_nothing, first_in_first_out, reserve_and_commit,
      reserve_nothing_on_empty, impossible_size, large_memory_is_given_back,
      steady_flow_stays_small, random_steps)
