# SPDX-License-Identifier: BSD-2-Clause
agent_tests = \
	tests/unit/agent/conf_test
check_PROGRAMS += $(agent_tests)
TESTS += $(agent_tests)

tests_unit_agent_conf_test_SOURCES = \
	tests/unit/agent/conf_test.c \
	core/agent/conf.c core/agent/conf_check.c core/agent/conf_paths.c
