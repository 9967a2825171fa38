# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
expect_tests = \
	tests/unit/expect/expect_ask_test \
	tests/unit/expect/expect_handover_test \
	tests/unit/expect/expect_listener_test \
	tests/unit/expect/expect_outcome_test \
	tests/unit/expect/expect_policy_test \
	tests/unit/expect/expect_shared_test \
	tests/unit/expect/expect_spares_test \
	tests/unit/expect/expect_table_test \
	tests/unit/expect/expect_target_test \
	tests/unit/expect/expect_uses_test
expect_fake = tests/unit/expect/fake.c tests/unit/expect/fake.h
expect_wrap = $(AM_LDFLAGS) -Wl,--wrap=calloc

tests_unit_expect_expect_ask_test_SOURCES = \
	tests/unit/expect/expect_ask_test.c $(expect_fake)
tests_unit_expect_expect_ask_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_handover_test_SOURCES = \
	tests/unit/expect/expect_handover_test.c $(expect_fake)
tests_unit_expect_expect_handover_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_listener_test_SOURCES = \
	tests/unit/expect/expect_listener_test.c $(expect_fake)
tests_unit_expect_expect_listener_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_shared_test_SOURCES = \
	tests/unit/expect/expect_shared_test.c $(expect_fake)
tests_unit_expect_expect_shared_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_table_test_SOURCES = \
	tests/unit/expect/expect_table_test.c $(expect_fake)
tests_unit_expect_expect_table_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_target_test_SOURCES = \
	tests/unit/expect/expect_target_test.c $(expect_fake)
tests_unit_expect_expect_target_test_LDFLAGS = $(expect_wrap)
tests_unit_expect_expect_uses_test_SOURCES = \
	tests/unit/expect/expect_uses_test.c $(expect_fake)
tests_unit_expect_expect_uses_test_LDFLAGS = $(expect_wrap)

check_PROGRAMS += $(expect_tests)
TESTS += $(expect_tests)
endif
