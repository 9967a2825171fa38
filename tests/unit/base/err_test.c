/* SPDX-License-Identifier: BSD-2-Clause */
/* err_test.c - every error number has words. */
#include "base/err.h"

#include "suite.h"

#include <limits.h>
#include <string.h>

START_TEST(each_has_words)
{
	for (int e = ERR_OK; e >= ERR_TIMEOUT; e--) {
		ck_assert_ptr_nonnull(err_str(e));
		ck_assert_str_ne(err_str(e), "unknown error");
	}
	ck_assert_str_eq(err_str(ERR_TIMEOUT), "timed out");
}
END_TEST

START_TEST(strangers)
{
	static const int strange[] = { 1, 100, -1000, INT_MAX, -INT_MAX };

	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		ck_assert_str_eq(err_str(strange[i]), "unknown error");
	/* It has no positive counterpart. */
	ck_assert_str_eq(err_str(INT_MIN), "unknown error");
}
END_TEST

SUITE("err", each_has_words, strangers)
