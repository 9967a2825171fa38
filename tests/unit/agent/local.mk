# SPDX-License-Identifier: BSD-2-Clause
agent_tests = \
	tests/unit/agent/addresses_test \
	tests/unit/agent/conf_test \
	tests/unit/agent/dial_test \
	tests/unit/agent/holds_test \
	tests/unit/agent/owner_test \
	tests/unit/agent/socks_parse_test
check_PROGRAMS += $(agent_tests)
TESTS += $(agent_tests)

tests_unit_agent_addresses_test_SOURCES = \
	tests/unit/agent/addresses_test.c core/agent/addresses.c
tests_unit_agent_conf_test_SOURCES = \
	tests/unit/agent/conf_test.c \
	core/agent/conf.c core/agent/conf_check.c core/agent/conf_paths.c
tests_unit_agent_dial_test_SOURCES = \
	tests/unit/agent/dial_test.c core/agent/dial.c
tests_unit_agent_holds_test_SOURCES = \
	tests/unit/agent/holds_test.c core/agent/holds.c
tests_unit_agent_owner_test_SOURCES = \
	tests/unit/agent/owner_test.c core/agent/owner.c
tests_unit_agent_owner_test_LDADD = $(LDADD) $(MNL_LIBS)
tests_unit_agent_socks_parse_test_SOURCES = \
	tests/unit/agent/socks_parse_test.c core/agent/socks_parse.c
