# SPDX-License-Identifier: BSD-2-Clause
checker_tests = tests/unit/checker/checker_test
check_PROGRAMS += $(checker_tests)
TESTS += $(checker_tests)
