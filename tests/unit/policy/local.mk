# SPDX-License-Identifier: BSD-2-Clause
policy_tests = \
	tests/unit/policy/address_test \
	tests/unit/policy/auth_rule_test \
	tests/unit/policy/conf_bad_test \
	tests/unit/policy/conf_test \
	tests/unit/policy/host_test \
	tests/unit/policy/hours_test \
	tests/unit/policy/lead_test \
	tests/unit/policy/limits_test \
	tests/unit/policy/log_to_test \
	tests/unit/policy/nomem_test \
	tests/unit/policy/otp_file_test \
	tests/unit/policy/password_rule_test \
	tests/unit/policy/policy_test \
	tests/unit/policy/users_check_test \
	tests/unit/policy/users_test \
	tests/unit/policy/why_test \
	tests/unit/policy/zone_test
check_PROGRAMS += $(policy_tests)
TESTS += $(policy_tests)
noinst_HEADERS += tests/unit/policy/made.h

tests_unit_policy_nomem_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=reallocarray \
	-Wl,--wrap=strdup,--wrap=strndup,--wrap=asprintf,--wrap=__asprintf_chk \
	-Wl,--wrap=__vasprintf_chk,--wrap=free
