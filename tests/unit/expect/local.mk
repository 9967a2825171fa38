# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
expect_tests = \
	tests/unit/expect/expect_test \
	tests/unit/expect/expect_handover_test
tests_unit_expect_expect_test_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=calloc
check_PROGRAMS += $(expect_tests)
TESTS += $(expect_tests)
endif
