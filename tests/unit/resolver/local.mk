# SPDX-License-Identifier: BSD-2-Clause
resolver_tests = \
	tests/unit/resolver/dns_test \
	tests/unit/resolver/names_test \
	tests/unit/resolver/nss_test \
	tests/unit/resolver/resolver_test \
	tests/unit/resolver/turns_test
check_PROGRAMS += $(resolver_tests)
TESTS += $(resolver_tests)
