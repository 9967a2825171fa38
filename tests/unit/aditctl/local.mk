# SPDX-License-Identifier: BSD-2-Clause
aditctl_tests = \
	tests/unit/aditctl/ctl_table_test
check_PROGRAMS += $(aditctl_tests)
TESTS += $(aditctl_tests)
