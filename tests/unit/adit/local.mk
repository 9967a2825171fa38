# SPDX-License-Identifier: BSD-2-Clause
adit_tests = \
	tests/unit/adit/agent_call_test \
	tests/unit/adit/agent_control_test \
	tests/unit/adit/links_test \
	tests/unit/adit/lock_test \
	tests/unit/adit/password_command_test
check_PROGRAMS += $(adit_tests)
TESTS += $(adit_tests)

tests_unit_adit_agent_control_test_SOURCES = \
	tests/unit/adit/agent_control_test.c $(agent_rig)
