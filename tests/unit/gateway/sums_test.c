/* SPDX-License-Identifier: BSD-2-Clause */
/* sums_test.c - log lines that are alike are counted instead of written. */
#include "gateway/sums.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000)

enum { TOLD_MAX = 100 };

static struct sums *sums;
static struct {
	enum sums_kind kind;
	char text[SUMS_TEXT];
	unsigned n, seconds;
} told[TOLD_MAX];
static unsigned ntold;

static void on_more(void *ctx, enum sums_kind kind, const char *text,
		    unsigned n, unsigned seconds)
{
	ck_assert_ptr_eq(ctx, told);
	ck_assert_uint_lt(ntold, TOLD_MAX);
	told[ntold].kind = kind;
	snprintf(told[ntold].text, SUMS_TEXT, "%s", text ? text : "");
	told[ntold].n = n;
	told[ntold++].seconds = seconds;
}

static const struct sums_ops ops = { .more = on_more };

static void begin(void)
{
	ntold = 0;
	sums = sums_new(&ops, told);
	ck_assert_ptr_nonnull(sums);
}

static unsigned says(enum sums_kind kind, const char *text, unsigned times,
		     uint64_t now)
{
	unsigned n = 0;

	while (times--)
		n += sums_lets(sums, kind, text, now);
	return n;
}

START_TEST(the_first_ones_are_written)
{
	begin();
	ck_assert_uint_eq(says(SUMS_AUDIT, "a", 4216, SECOND), SUMS_FIRST);
	ck_assert_uint_eq(says(SUMS_AUDIT, "b", 3, SECOND), 3);
	ck_assert_uint_eq(says(SUMS_LOG, "a", 7, SECOND), SUMS_FIRST);
	sums_tell(sums, 60 * SECOND, false);
	ck_assert_uint_eq(ntold, 0);
	sums_tell(sums, 61 * SECOND, false);
	ck_assert_uint_eq(ntold, 2);
	ck_assert_int_eq(told[0].kind, SUMS_AUDIT);
	ck_assert_str_eq(told[0].text, "a");
	ck_assert_uint_eq(told[0].n, 4211);
	ck_assert_uint_eq(told[0].seconds, 60);
	ck_assert_uint_eq(told[1].n, 2);
	/* And so in the next minute. */
	ck_assert_uint_eq(says(SUMS_AUDIT, "a", 10, 61 * SECOND), SUMS_FIRST);
	sums_free(sums);
}
END_TEST

/* Lines that all differ cannot fill the log or the memory either. */
START_TEST(all_of_them_differ)
{
	char text[16];
	unsigned n = 0;

	begin();
	for (unsigned i = 0; i < 65536; i++) {
		snprintf(text, sizeof text, "%u", i);
		n += says(SUMS_AUDIT, text, 1, SECOND);
	}
	ck_assert_uint_eq(n, SUMS_KINDS);
	sums_tell(sums, 11 * SECOND, true);
	ck_assert_uint_eq(ntold, 1);
	ck_assert_str_eq(told[0].text, "");
	ck_assert_uint_eq(told[0].n, 65536 - SUMS_KINDS);
	ck_assert_uint_eq(told[0].seconds, 10);
	ck_assert_uint_eq(says(SUMS_AUDIT, "70000", 1, 11 * SECOND), 1);
	sums_free(sums);
}
END_TEST

START_TEST(very_long_ones)
{
	static char text[2 * SUMS_TEXT];

	begin();
	memset(text, 'x', sizeof text - 1);
	ck_assert_uint_eq(says(SUMS_LOG, text, 9, SECOND), SUMS_FIRST);
	sums_tell(sums, SECOND, true);
	ck_assert_uint_eq(told[0].n, 4);
	ck_assert_uint_eq(strlen(told[0].text), SUMS_TEXT - 1);
	sums_free(sums);
}
END_TEST

SUITE("gateway/sums", the_first_ones_are_written, all_of_them_differ,
      very_long_ones)
