# SPDX-License-Identifier: BSD-2-Clause
front_tests = \
	tests/unit/front/drain_test \
	tests/unit/front/front_control_test \
	tests/unit/front/front_handover_test \
	tests/unit/front/front_handover_receive_test \
	tests/unit/front/front_handover_send_test \
	tests/unit/front/front_listeners_test \
	tests/unit/front/front_tell_test \
	tests/unit/front/front_test \
	tests/unit/front/login_test \
	tests/unit/front/page_relay_test \
	tests/unit/front/preauth_test \
	tests/unit/front/probes_test \
	tests/unit/front/proxy_header_test \
	tests/unit/front/registry_test \
	tests/unit/front/front_codes_test \
	tests/unit/front/rights_test \
	tests/unit/front/sources_test \
	tests/unit/front/waiting_test \
	tests/unit/front/waiting_balancer_test \
	tests/unit/front/watchdog_test \
	tests/unit/front/worker_main_test
check_PROGRAMS += $(front_tests)
TESTS += $(front_tests)

# A front with its shards, all in one thread.
front_rig = tests/unit/front/rig.c tests/unit/front/rig.h
tests_unit_front_drain_test_SOURCES = \
	tests/unit/front/drain_test.c $(front_rig)
tests_unit_front_front_control_test_SOURCES = \
	tests/unit/front/front_control_test.c $(front_rig)
front_pair = $(front_rig) tests/unit/front/pair.c tests/unit/front/pair.h
tests_unit_front_front_handover_test_SOURCES = \
	tests/unit/front/front_handover_test.c $(front_pair)
tests_unit_front_front_handover_receive_test_SOURCES = \
	tests/unit/front/front_handover_receive_test.c $(front_pair)
tests_unit_front_front_handover_send_test_SOURCES = \
	tests/unit/front/front_handover_send_test.c $(front_pair)
tests_unit_front_front_listeners_test_SOURCES = \
	tests/unit/front/front_listeners_test.c $(front_rig)
tests_unit_front_front_tell_test_SOURCES = \
	tests/unit/front/front_tell_test.c $(front_rig)
tests_unit_front_front_test_SOURCES = \
	tests/unit/front/front_test.c $(front_rig)
tests_unit_front_login_test_SOURCES = \
	tests/unit/front/login_test.c $(front_rig)
tests_unit_front_page_relay_test_SOURCES = \
	tests/unit/front/page_relay_test.c $(front_rig)
tests_unit_front_preauth_test_SOURCES = \
	tests/unit/front/preauth_test.c $(front_rig)
tests_unit_front_front_codes_test_SOURCES = \
	tests/unit/front/front_codes_test.c $(front_rig)
tests_unit_front_rights_test_SOURCES = \
	tests/unit/front/rights_test.c $(front_rig)
tests_unit_front_watchdog_test_SOURCES = \
	tests/unit/front/watchdog_test.c $(front_rig)
tests_unit_front_worker_main_test_SOURCES = \
	tests/unit/front/worker_main_test.c $(front_rig)

# Connections that wait.
front_crowd = tests/unit/front/crowd.c tests/unit/front/crowd.h
tests_unit_front_waiting_test_SOURCES = \
	tests/unit/front/waiting_test.c $(front_crowd)
tests_unit_front_waiting_balancer_test_SOURCES = \
	tests/unit/front/waiting_balancer_test.c $(front_crowd)
