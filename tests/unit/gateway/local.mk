# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/unit/gateway/audit_documented.py
dist_noinst_DATA += tests/unit/gateway/audit_documented.py
gateway_tests = \
	tests/unit/gateway/audit_test \
	tests/unit/gateway/audit_event_test \
	tests/unit/gateway/claims_test \
	tests/unit/gateway/dial_test \
	tests/unit/gateway/dial_handover_test \
	tests/unit/gateway/expected_test \
	tests/unit/gateway/expected_reverse_test \
	tests/unit/gateway/expected_shared_test \
	tests/unit/gateway/gchan_test \
	tests/unit/gateway/gchan_life_test \
	tests/unit/gateway/gsession_test \
	tests/unit/gateway/gsession_handover_test \
	tests/unit/gateway/gsession_model_test \
	tests/unit/gateway/inspection_test \
	tests/unit/gateway/inspection_asks_test \
	tests/unit/gateway/inspection_flow_test \
	tests/unit/gateway/inspection_handover_test \
	tests/unit/gateway/limits_test \
	tests/unit/gateway/lookup_test \
	tests/unit/gateway/outcome_test \
	tests/unit/gateway/published_test \
	tests/unit/gateway/quota_test \
	tests/unit/gateway/rates_test \
	tests/unit/gateway/recording_test \
	tests/unit/gateway/recording_events_test \
	tests/unit/gateway/resources_test \
	tests/unit/gateway/shard_test \
	tests/unit/gateway/shard_drain_test \
	tests/unit/gateway/shard_hours_test \
	tests/unit/gateway/codes_test \
	tests/unit/gateway/shard_news_test \
	tests/unit/gateway/shard_report_test \
	tests/unit/gateway/sums_test \
	tests/unit/gateway/tally_test \
	tests/unit/gateway/worker_config_test
check_PROGRAMS += $(gateway_tests)
TESTS += $(gateway_tests)

# One shard alone: whatever leaves it is replaced (rig.h).
gateway_rig = tests/unit/gateway/rig.c tests/unit/gateway/rig.h \
	tests/unit/gateway/rig_agent.c \
	tests/unit/channel/pump.c tests/unit/channel/pump.h
gateway_rig_puppet = $(gateway_rig) \
	tests/unit/gateway/rig_puppet.c tests/unit/gateway/rig_puppet.h \
	tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h
gateway_rig_ldflags = $(AM_LDFLAGS) \
	-Wl,--wrap=loop_now_us,--wrap=clock_calendar \
	-Wl,--wrap=log_msg,--wrap=log_audit \
	-Wl,--wrap=tcp_connect_small,--wrap=tcp_connected \
	-Wl,--wrap=tunnel_up,--wrap=tunnel_cut,--wrap=tunnel_leave \
	-Wl,--wrap=tunnel_leave_for_good \
	-Wl,--wrap=tunnel_wake,--wrap=tunnel_fini \
	-Wl,--wrap=tls_exporter,--wrap=tls_send,--wrap=tls_bye \
	-Wl,--wrap=tls_free,--wrap=tls_output,--wrap=tls_key_exchange
tests_unit_gateway_tally_test_SOURCES = \
	tests/unit/gateway/tally_test.c $(gateway_rig)
tests_unit_gateway_tally_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_audit_test_SOURCES = \
	tests/unit/gateway/audit_test.c $(gateway_rig)
tests_unit_gateway_audit_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_audit_event_test_SOURCES = \
	tests/unit/gateway/audit_event_test.c $(gateway_rig_puppet)
tests_unit_gateway_audit_event_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_published_test_SOURCES = \
	tests/unit/gateway/published_test.c $(gateway_rig)
tests_unit_gateway_published_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_dial_test_SOURCES = \
	tests/unit/gateway/dial_test.c $(gateway_rig)
tests_unit_gateway_dial_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_dial_handover_test_SOURCES = \
	tests/unit/gateway/dial_handover_test.c $(gateway_rig)
tests_unit_gateway_dial_handover_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_expected_test_SOURCES = \
	tests/unit/gateway/expected_test.c $(gateway_rig_puppet)
tests_unit_gateway_expected_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_expected_reverse_test_SOURCES = \
	tests/unit/gateway/expected_reverse_test.c $(gateway_rig_puppet)
tests_unit_gateway_expected_reverse_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_expected_shared_test_SOURCES = \
	tests/unit/gateway/expected_shared_test.c $(gateway_rig_puppet)
tests_unit_gateway_expected_shared_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_gchan_test_SOURCES = \
	tests/unit/gateway/gchan_test.c $(gateway_rig_puppet)
tests_unit_gateway_gchan_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_gchan_life_test_SOURCES = \
	tests/unit/gateway/gchan_life_test.c $(gateway_rig)
tests_unit_gateway_gchan_life_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_gsession_test_SOURCES = \
	tests/unit/gateway/gsession_test.c $(gateway_rig)
tests_unit_gateway_gsession_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_gsession_handover_test_SOURCES = \
	tests/unit/gateway/gsession_handover_test.c $(gateway_rig)
tests_unit_gateway_gsession_handover_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_gsession_model_test_SOURCES = \
	tests/unit/gateway/gsession_model_test.c $(gateway_rig)
tests_unit_gateway_gsession_model_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_inspection_test_SOURCES = \
	tests/unit/gateway/inspection_test.c $(gateway_rig_puppet)
tests_unit_gateway_inspection_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_inspection_asks_test_SOURCES = \
	tests/unit/gateway/inspection_asks_test.c $(gateway_rig_puppet)
tests_unit_gateway_inspection_asks_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_inspection_flow_test_SOURCES = \
	tests/unit/gateway/inspection_flow_test.c $(gateway_rig_puppet)
tests_unit_gateway_inspection_flow_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_inspection_handover_test_SOURCES = \
	tests/unit/gateway/inspection_handover_test.c $(gateway_rig_puppet)
tests_unit_gateway_inspection_handover_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_limits_test_SOURCES = \
	tests/unit/gateway/limits_test.c $(gateway_rig)
tests_unit_gateway_limits_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_lookup_test_SOURCES = \
	tests/unit/gateway/lookup_test.c $(gateway_rig)
tests_unit_gateway_lookup_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_outcome_test_SOURCES = \
	tests/unit/gateway/outcome_test.c $(gateway_rig_puppet)
tests_unit_gateway_outcome_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_recording_test_SOURCES = \
	tests/unit/gateway/recording_test.c $(gateway_rig) \
	tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h
tests_unit_gateway_recording_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_recording_events_test_SOURCES = \
	tests/unit/gateway/recording_events_test.c $(gateway_rig_puppet)
tests_unit_gateway_recording_events_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_resources_test_SOURCES = \
	tests/unit/gateway/resources_test.c $(gateway_rig)
tests_unit_gateway_resources_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_shard_test_SOURCES = \
	tests/unit/gateway/shard_test.c $(gateway_rig)
tests_unit_gateway_shard_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_codes_test_SOURCES = \
	tests/unit/gateway/codes_test.c $(gateway_rig)
tests_unit_gateway_codes_test_LDFLAGS = $(gateway_rig_ldflags)

tests_unit_gateway_shard_hours_test_SOURCES = \
	tests/unit/gateway/shard_hours_test.c $(gateway_rig)
tests_unit_gateway_shard_hours_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_shard_drain_test_SOURCES = \
	tests/unit/gateway/shard_drain_test.c $(gateway_rig)
tests_unit_gateway_shard_drain_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_shard_news_test_SOURCES = \
	tests/unit/gateway/shard_news_test.c $(gateway_rig)
tests_unit_gateway_shard_news_test_LDFLAGS = $(gateway_rig_ldflags)
tests_unit_gateway_shard_report_test_SOURCES = \
	tests/unit/gateway/shard_report_test.c $(gateway_rig)
tests_unit_gateway_shard_report_test_LDFLAGS = $(gateway_rig_ldflags)
