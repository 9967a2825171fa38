# SPDX-License-Identifier: BSD-2-Clause
aditctl_tests = \
	tests/unit/aditctl/ctl_tree_test
check_PROGRAMS += $(aditctl_tests)
TESTS += $(aditctl_tests)
