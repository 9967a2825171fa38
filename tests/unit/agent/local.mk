# SPDX-License-Identifier: BSD-2-Clause
agent_tests = \
	tests/unit/agent/addresses_of_gateways_test \
	tests/unit/agent/addresses_test \
	tests/unit/agent/agent_test \
	tests/unit/agent/announced_test \
	tests/unit/agent/check_test \
	tests/unit/agent/conf_check_test \
	tests/unit/agent/conf_diff_test \
	tests/unit/agent/conf_paths_test \
	tests/unit/agent/conf_test \
	tests/unit/agent/expect_test \
	tests/unit/agent/flow_test \
	tests/unit/agent/gateway_tls_test \
	tests/unit/agent/gateways_test \
	tests/unit/agent/holds_test \
	tests/unit/agent/hostile_test \
	tests/unit/agent/http_connect_test \
	tests/unit/agent/http_pass_test \
	tests/unit/agent/listener_test \
	tests/unit/agent/maps_test \
	tests/unit/agent/network_test \
	tests/unit/agent/owner_test \
	tests/unit/agent/passwd_test \
	tests/unit/agent/port_move_test \
	tests/unit/agent/ports_test \
	tests/unit/agent/confirm_test \
	tests/unit/agent/publish_test \
	tests/unit/agent/refusals_test \
	tests/unit/agent/reload_test \
	tests/unit/agent/dns_test \
	tests/unit/agent/domains_test \
	tests/unit/agent/resources_test \
	tests/unit/agent/resume_test \
	tests/unit/agent/reverse_test \
	tests/unit/agent/segment_test \
	tests/unit/agent/slice_test \
	tests/unit/agent/socks_test \
	tests/unit/agent/status_test \
	tests/unit/agent/talk_test \
	tests/unit/agent/uplink_connect_test \
	tests/unit/agent/uplink_dial_test \
	tests/unit/agent/uplink_identity_test \
	tests/unit/agent/uplink_login_test \
	tests/unit/agent/uplink_model_test \
	tests/unit/agent/uplink_retry_test \
	tests/unit/agent/verdict_test \
	tests/unit/agent/why_test
check_PROGRAMS += $(agent_tests)
TESTS += $(agent_tests)

# A whole agent, against a gateway of the test's own.
agent_rig = tests/unit/agent/rig.c tests/unit/agent/rig.h
tests_unit_agent_agent_test_SOURCES = \
	tests/unit/agent/agent_test.c $(agent_rig)
tests_unit_agent_check_test_SOURCES = \
	tests/unit/agent/check_test.c $(agent_rig)
tests_unit_agent_passwd_test_SOURCES = \
	tests/unit/agent/passwd_test.c $(agent_rig)
tests_unit_agent_talk_test_SOURCES = \
	tests/unit/agent/talk_test.c $(agent_rig)
tests_unit_agent_uplink_identity_test_SOURCES = \
	tests/unit/agent/uplink_identity_test.c $(agent_rig)
tests_unit_agent_hostile_test_SOURCES = \
	tests/unit/agent/hostile_test.c $(agent_rig)
tests_unit_agent_confirm_test_SOURCES = \
	tests/unit/agent/confirm_test.c $(agent_rig)
tests_unit_agent_publish_test_SOURCES = \
	tests/unit/agent/publish_test.c $(agent_rig)
tests_unit_agent_reverse_test_SOURCES = \
	tests/unit/agent/reverse_test.c $(agent_rig)
tests_unit_agent_resume_test_SOURCES = \
	tests/unit/agent/resume_test.c $(agent_rig)
tests_unit_agent_segment_test_SOURCES = \
	tests/unit/agent/segment_test.c $(agent_rig)
tests_unit_agent_uplink_model_test_SOURCES = \
	tests/unit/agent/uplink_model_test.c $(agent_rig)
tests_unit_agent_expect_test_SOURCES = \
	tests/unit/agent/expect_test.c $(agent_rig)
tests_unit_agent_reload_test_SOURCES = \
	tests/unit/agent/reload_test.c $(agent_rig)
tests_unit_agent_dns_test_SOURCES = \
	tests/unit/agent/dns_test.c $(agent_rig)
tests_unit_agent_domains_test_SOURCES = \
	tests/unit/agent/domains_test.c $(agent_rig)
tests_unit_agent_resources_test_SOURCES = \
	tests/unit/agent/resources_test.c $(agent_rig)
tests_unit_agent_http_connect_test_SOURCES = \
	tests/unit/agent/http_connect_test.c $(agent_rig)
tests_unit_agent_why_test_SOURCES = \
	tests/unit/agent/why_test.c $(agent_rig)
tests_unit_agent_socks_test_SOURCES = \
	tests/unit/agent/socks_test.c $(agent_rig)
tests_unit_agent_status_test_SOURCES = \
	tests/unit/agent/status_test.c $(agent_rig)
tests_unit_agent_gateways_test_SOURCES = \
	tests/unit/agent/gateways_test.c $(agent_rig)
tests_unit_agent_maps_test_SOURCES = \
	tests/unit/agent/maps_test.c $(agent_rig)
tests_unit_agent_ports_test_SOURCES = \
	tests/unit/agent/ports_test.c $(agent_rig)
tests_unit_agent_flow_test_SOURCES = \
	tests/unit/agent/flow_test.c $(agent_rig)
tests_unit_agent_uplink_login_test_SOURCES = \
	tests/unit/agent/uplink_login_test.c $(agent_rig)
tests_unit_agent_uplink_connect_test_SOURCES = \
	tests/unit/agent/uplink_connect_test.c $(agent_rig)
tests_unit_agent_uplink_retry_test_SOURCES = \
	tests/unit/agent/uplink_retry_test.c $(agent_rig)

addresses_rig = \
	tests/unit/agent/addresses_rig.c tests/unit/agent/addresses_rig.h
tests_unit_agent_addresses_of_gateways_test_SOURCES = \
	tests/unit/agent/addresses_of_gateways_test.c $(addresses_rig)
tests_unit_agent_addresses_test_SOURCES = \
	tests/unit/agent/addresses_test.c $(addresses_rig)

tests_unit_agent_gateway_tls_test_SOURCES = \
	tests/unit/agent/gateway_tls_test.c $(tls_pair)
