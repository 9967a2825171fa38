# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
run_tests = \
	tests/unit/run/accept_test \
	tests/unit/run/bridge_test \
	tests/unit/run/redirect_test \
	tests/unit/run/resolved_test \
	tests/unit/run/run_names_test \
	tests/unit/run/run_ports_test \
	tests/unit/run/run_queue_test \
	tests/unit/run/run_record_test \
	tests/unit/run/run_talk_test \
	tests/unit/run/syns_test

check_PROGRAMS += $(run_tests)
TESTS += $(run_tests)

run_rig = tests/unit/run/run_rig.c tests/unit/run/run_rig.h $(agent_rig)
tests_unit_run_accept_test_SOURCES = \
	tests/unit/run/accept_test.c $(run_rig)
tests_unit_run_redirect_test_SOURCES = \
	tests/unit/run/redirect_test.c $(agent_rig)
tests_unit_run_redirect_test_LDFLAGS = \
	$(AM_LDFLAGS) -Wl,--wrap=redirect_spawn
tests_unit_run_resolved_test_SOURCES = \
	tests/unit/run/resolved_test.c $(agent_rig) $(stage)
tests_unit_run_run_names_test_SOURCES = \
	tests/unit/run/run_names_test.c $(run_rig)
tests_unit_run_run_ports_test_SOURCES = \
	tests/unit/run/run_ports_test.c $(run_rig)
tests_unit_run_run_queue_test_SOURCES = \
	tests/unit/run/run_queue_test.c $(run_rig)
tests_unit_run_run_record_test_SOURCES = \
	tests/unit/run/run_record_test.c $(run_rig)
tests_unit_run_syns_test_SOURCES = \
	tests/unit/run/syns_test.c $(run_rig)
tests_unit_run_run_talk_test_SOURCES = \
	tests/unit/run/run_talk_test.c $(run_rig)
endif
