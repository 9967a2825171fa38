# SPDX-License-Identifier: BSD-2-Clause
agent_tests = \
	tests/unit/agent/addresses_of_gateways_test \
	tests/unit/agent/addresses_test \
	tests/unit/agent/agent_test \
	tests/unit/agent/announced_test \
	tests/unit/agent/conf_test \
	tests/unit/agent/control_client_test \
	tests/unit/agent/control_test \
	tests/unit/agent/dial_test \
	tests/unit/agent/gateways_test \
	tests/unit/agent/holds_test \
	tests/unit/agent/links_test \
	tests/unit/agent/lock_test \
	tests/unit/agent/hostile_test \
	tests/unit/agent/network_test \
	tests/unit/agent/owner_test \
	tests/unit/agent/password_command_test \
	tests/unit/agent/port_move_test \
	tests/unit/agent/point_test \
	tests/unit/agent/refusals_test \
	tests/unit/agent/proxy_test \
	tests/unit/agent/resume_test \
	tests/unit/agent/reverse_test \
	tests/unit/agent/segment_test \
	tests/unit/agent/slice_test \
	tests/unit/agent/socks_parse_test \
	tests/unit/agent/verdict_test
check_PROGRAMS += $(agent_tests)
TESTS += $(agent_tests)

# A whole agent, against a gateway of the test's own.
agent_rig = tests/unit/agent/rig.c tests/unit/agent/rig.h $(whole_agent)
whole_agent = \
	core/agent/addresses.c core/agent/agent.c core/agent/announced.c \
	core/agent/conf.c \
	core/agent/conf_check.c core/agent/conf_diff.c \
	core/agent/conf_paths.c core/agent/dial.c \
	core/agent/expect.c core/agent/flow.c core/agent/holds.c \
	core/agent/link.c core/agent/login.c core/agent/maps.c \
	core/agent/network.c core/agent/owner.c core/agent/point.c \
	core/agent/port_move.c core/agent/proxy.c core/agent/proxy_talk.c \
	core/agent/reconnect.c core/agent/refusals.c core/agent/reload.c \
	core/agent/resources.c \
	core/agent/reverse.c core/agent/segment.c core/agent/slice.c \
	core/agent/socks.c core/agent/socks_parse.c \
	core/agent/status.c core/agent/verdict.c
agent_rig_ldadd = $(LDADD) $(JANSSON_LIBS) $(MNL_LIBS)

addresses_rig = \
	tests/unit/agent/addresses_rig.c tests/unit/agent/addresses_rig.h \
	core/agent/addresses.c core/agent/conf_paths.c
tests_unit_agent_addresses_of_gateways_test_SOURCES = \
	tests/unit/agent/addresses_of_gateways_test.c $(addresses_rig)
tests_unit_agent_addresses_test_SOURCES = \
	tests/unit/agent/addresses_test.c $(addresses_rig)
tests_unit_agent_announced_test_SOURCES = \
	tests/unit/agent/announced_test.c core/agent/announced.c
tests_unit_agent_conf_test_SOURCES = \
	tests/unit/agent/conf_test.c \
	core/agent/conf.c core/agent/conf_check.c core/agent/conf_diff.c \
	core/agent/conf_paths.c core/agent/proxy.c
tests_unit_agent_lock_test_SOURCES = \
	tests/unit/agent/lock_test.c core/agent/lock.c \
	core/agent/conf_paths.c
tests_unit_agent_dial_test_SOURCES = \
	tests/unit/agent/dial_test.c core/agent/dial.c \
	core/agent/proxy_talk.c
tests_unit_agent_proxy_test_SOURCES = \
	tests/unit/agent/proxy_test.c core/agent/proxy.c \
	core/agent/proxy_talk.c
tests_unit_agent_links_test_SOURCES = \
	tests/unit/agent/links_test.c core/agent/cmd_links.c
tests_unit_agent_links_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_agent_holds_test_SOURCES = \
	tests/unit/agent/holds_test.c core/agent/holds.c
tests_unit_agent_network_test_SOURCES = \
	tests/unit/agent/network_test.c core/agent/network.c
tests_unit_agent_network_test_LDADD = $(LDADD) $(MNL_LIBS)
tests_unit_agent_owner_test_SOURCES = \
	tests/unit/agent/owner_test.c core/agent/owner.c \
	core/agent/slice.c core/agent/verdict.c
tests_unit_agent_owner_test_LDADD = $(LDADD) $(MNL_LIBS)
tests_unit_agent_password_command_test_SOURCES = \
	tests/unit/agent/password_command_test.c core/agent/cli_fail.c \
	core/agent/cmd_ranges.c core/agent/cmd_table.c core/agent/password.c \
	core/agent/password_command.c
tests_unit_agent_password_command_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_agent_port_move_test_SOURCES = \
	tests/unit/agent/port_move_test.c core/agent/port_move.c
tests_unit_agent_refusals_test_SOURCES = \
	tests/unit/agent/refusals_test.c core/agent/refusals.c
tests_unit_agent_refusals_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_agent_point_test_SOURCES = \
	tests/unit/agent/point_test.c core/agent/owner.c \
	core/agent/point.c core/agent/slice.c core/agent/verdict.c
tests_unit_agent_point_test_LDADD = $(LDADD) $(MNL_LIBS)
tests_unit_agent_slice_test_SOURCES = \
	tests/unit/agent/slice_test.c core/agent/slice.c
tests_unit_agent_verdict_test_SOURCES = \
	tests/unit/agent/verdict_test.c core/agent/owner.c \
	core/agent/slice.c core/agent/verdict.c
tests_unit_agent_verdict_test_LDADD = $(LDADD) $(MNL_LIBS)
tests_unit_agent_socks_parse_test_SOURCES = \
	tests/unit/agent/socks_parse_test.c core/agent/socks_parse.c

tests_unit_agent_agent_test_SOURCES = \
	tests/unit/agent/agent_test.c $(agent_rig)
tests_unit_agent_agent_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_hostile_test_SOURCES = \
	tests/unit/agent/hostile_test.c $(agent_rig)
tests_unit_agent_hostile_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_control_client_test_SOURCES = \
	tests/unit/agent/control_client_test.c core/agent/control_client.c
tests_unit_agent_control_client_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_agent_control_test_SOURCES = \
	tests/unit/agent/control_test.c core/agent/control_server.c \
	core/agent/control_socket.c $(agent_rig)
tests_unit_agent_control_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_reverse_test_SOURCES = \
	tests/unit/agent/reverse_test.c $(agent_rig)
tests_unit_agent_reverse_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_resume_test_SOURCES = \
	tests/unit/agent/resume_test.c $(agent_rig)
tests_unit_agent_resume_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_segment_test_SOURCES = \
	tests/unit/agent/segment_test.c $(agent_rig)
tests_unit_agent_segment_test_LDADD = $(agent_rig_ldadd)
tests_unit_agent_gateways_test_SOURCES = \
	tests/unit/agent/gateways_test.c $(agent_rig)
tests_unit_agent_gateways_test_LDADD = $(agent_rig_ldadd)
