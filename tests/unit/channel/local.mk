# SPDX-License-Identifier: BSD-2-Clause
channel_tests = \
	tests/unit/channel/abuse_test \
	tests/unit/channel/credit_test \
	tests/unit/channel/log_test \
	tests/unit/channel/session_handover_test \
	tests/unit/channel/outage_test \
	tests/unit/channel/resume_test \
	tests/unit/channel/sched_test \
	tests/unit/channel/session_test
check_PROGRAMS += $(channel_tests)
TESTS += $(channel_tests)
channel_pump = tests/unit/channel/pump.c tests/unit/channel/pump.h
tests_unit_channel_abuse_test_SOURCES = \
	tests/unit/channel/abuse_test.c $(channel_pump)
tests_unit_channel_credit_test_SOURCES = \
	tests/unit/channel/credit_test.c $(channel_pump)
tests_unit_channel_log_test_SOURCES = \
	tests/unit/channel/log_test.c $(channel_pump)
tests_unit_channel_session_handover_test_SOURCES = \
	tests/unit/channel/session_handover_test.c $(channel_pump)
tests_unit_channel_outage_test_SOURCES = \
	tests/unit/channel/outage_test.c $(channel_pump)
tests_unit_channel_resume_test_SOURCES = \
	tests/unit/channel/resume_test.c $(channel_pump)
tests_unit_channel_sched_test_SOURCES = \
	tests/unit/channel/sched_test.c $(channel_pump)
tests_unit_channel_session_test_SOURCES = \
	tests/unit/channel/session_test.c $(channel_pump)
