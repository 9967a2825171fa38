/* SPDX-License-Identifier: BSD-2-Clause */
/* suite.h - main() of a unit test program: runs its tests, prints TAP. */
#ifndef ADIT_TEST_SUITE_H
#define ADIT_TEST_SUITE_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Seconds for one test; CK_TIMEOUT_MULTIPLIER stretches them (valgrind). */
enum { SUITE_TIMEOUT = 20 };

/* Whether chance may have fewer rounds, since the program runs fifty times slower
 * than elsewhere (valgrind): every test still runs, and tests the same. */
static inline bool suite_brief(void)
{
	return getenv("ADIT_UNIT_BRIEF") != NULL;
}

/* How many rounds of `n` a test that repeats itself makes. */
static inline unsigned suite_rounds(unsigned n)
{
	return suite_brief() ? (n + 9) / 10 : n;
}

/* A case of its own for each test, so that CK_RUN_CASE=NAME runs one alone.
 * CK_FORK=no keeps all in this process, for gdb and valgrind. */
static int suite_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	SRunner *sr = srunner_create(s);
	int failed;

	for (size_t i = 0; i < n; i++) {
		TCase *tc = tcase_create(tests[i]->name);

		tcase_set_timeout(tc, SUITE_TIMEOUT);
		tcase_add_test(tc, tests[i]);
		suite_add_tcase(s, tc);
	}
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}

/* SUITE("frame", round_trip, cut_anywhere): each is a START_TEST. */
#define SUITE(name, ...)                                                       \
	int main(void)                                                         \
	{                                                                      \
		const TTest *const tests[] = { __VA_ARGS__ };                  \
		return suite_run(name, tests, sizeof tests / sizeof tests[0]); \
	}

#endif
