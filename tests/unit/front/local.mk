# SPDX-License-Identifier: BSD-2-Clause
front_tests = \
	tests/unit/front/probes_test \
	tests/unit/front/registry_test \
	tests/unit/front/sources_test \
	tests/unit/front/waiting_test
check_PROGRAMS += $(front_tests)
TESTS += $(front_tests)
