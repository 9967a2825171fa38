# SPDX-License-Identifier: BSD-2-Clause
gateway_tests = \
	tests/unit/gateway/quota_test \
	tests/unit/gateway/sums_test
check_PROGRAMS += $(gateway_tests)
TESTS += $(gateway_tests)
