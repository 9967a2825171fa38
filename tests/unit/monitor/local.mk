# SPDX-License-Identifier: BSD-2-Clause
monitor_tests = \
	tests/unit/monitor/account_test \
	tests/unit/monitor/auth_test \
	tests/unit/monitor/guesses_test \
	tests/unit/monitor/hostile_worker_test \
	tests/unit/monitor/penalty_test \
	tests/unit/monitor/times_test
check_PROGRAMS += $(monitor_tests)
TESTS += $(monitor_tests)
