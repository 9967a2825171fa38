# SPDX-License-Identifier: BSD-2-Clause
monitor_tests = \
	tests/unit/monitor/account_test \
	tests/unit/monitor/address_key_test \
	tests/unit/monitor/attempt_test \
	tests/unit/monitor/auth_audit_test \
	tests/unit/monitor/auth_count_test \
	tests/unit/monitor/auth_keep_test \
	tests/unit/monitor/auth_restart_test \
	tests/unit/monitor/auth_test \
	tests/unit/monitor/change_test \
	tests/unit/monitor/checkers_test \
	tests/unit/monitor/downloads_test \
	tests/unit/monitor/client_side_test \
	tests/unit/monitor/guesses_file_test \
	tests/unit/monitor/guesses_test \
	tests/unit/monitor/hostile_worker_test \
	tests/unit/monitor/known_test \
	tests/unit/monitor/log_side_test \
	tests/unit/monitor/login_times_test \
	tests/unit/monitor/method_certificate_test \
	tests/unit/monitor/method_otp_test \
	tests/unit/monitor/method_users_test \
	tests/unit/monitor/monitor_config_plugins_test \
	tests/unit/monitor/monitor_config_test \
	tests/unit/monitor/monitor_config_times_test \
	tests/unit/monitor/monitor_config_users_test \
	tests/unit/monitor/monitor_control_test \
	tests/unit/monitor/monitor_daily_test \
	tests/unit/monitor/monitor_end_test \
	tests/unit/monitor/monitor_forward_test \
	tests/unit/monitor/monitor_handover_test \
	tests/unit/monitor/monitor_listeners_test \
	tests/unit/monitor/monitor_model_test \
	tests/unit/monitor/monitor_reload_test \
	tests/unit/monitor/monitor_codes_test \
	tests/unit/monitor/monitor_rights_test \
	tests/unit/monitor/monitor_serve_test \
	tests/unit/monitor/monitor_status_test \
	tests/unit/monitor/monitor_test \
	tests/unit/monitor/monitor_upgrade_state_test \
	tests/unit/monitor/monitor_upgrade_test \
	tests/unit/monitor/monitor_why_test \
	tests/unit/monitor/monitor_worker_test \
	tests/unit/monitor/otp_codes_test \
	tests/unit/monitor/penalty_test \
	tests/unit/monitor/resolver_side_test \
	tests/unit/monitor/running_test \
	tests/unit/monitor/state_file_test \
	tests/unit/monitor/tokens_test \
	tests/unit/monitor/trial_test \
	tests/unit/monitor/web_listeners_test \
	tests/unit/monitor/web_side_test \
	tests/unit/monitor/monitor_pages_test \
	tests/unit/monitor/monitor_pages_rights_test \
	tests/unit/monitor/worker_side_test
if PAM
monitor_tests += \
	tests/unit/monitor/method_pam_test \
	tests/unit/monitor/pam_known_test \
	tests/unit/monitor/pam_side_test
endif
check_PROGRAMS += $(monitor_tests)
TESTS += $(monitor_tests)

monitor_rig = tests/unit/monitor/monitor_rig.c tests/unit/monitor/monitor_rig.h
tests_unit_monitor_change_test_SOURCES = \
	tests/unit/monitor/change_test.c $(auth_rig)
tests_unit_monitor_checkers_test_SOURCES = \
	tests/unit/monitor/checkers_test.c $(monitor_rig)
tests_unit_monitor_monitor_config_test_SOURCES = \
	tests/unit/monitor/monitor_config_test.c $(monitor_rig)
tests_unit_monitor_monitor_config_users_test_SOURCES = \
	tests/unit/monitor/monitor_config_users_test.c $(monitor_rig)
tests_unit_monitor_monitor_control_test_SOURCES = \
	tests/unit/monitor/monitor_control_test.c $(monitor_rig)
tests_unit_monitor_monitor_daily_test_SOURCES = \
	tests/unit/monitor/monitor_daily_test.c $(monitor_rig)
tests_unit_monitor_monitor_end_test_SOURCES = \
	tests/unit/monitor/monitor_end_test.c $(monitor_rig)
tests_unit_monitor_monitor_forward_test_SOURCES = \
	tests/unit/monitor/monitor_forward_test.c $(monitor_rig)
tests_unit_monitor_monitor_handover_test_SOURCES = \
	tests/unit/monitor/monitor_handover_test.c $(monitor_rig)
tests_unit_monitor_monitor_model_test_SOURCES = \
	tests/unit/monitor/monitor_model_test.c $(monitor_rig)
tests_unit_monitor_monitor_reload_test_SOURCES = \
	tests/unit/monitor/monitor_reload_test.c $(monitor_rig)
tests_unit_monitor_monitor_codes_test_SOURCES = \
	tests/unit/monitor/monitor_codes_test.c $(monitor_rig)
tests_unit_monitor_monitor_rights_test_SOURCES = \
	tests/unit/monitor/monitor_rights_test.c $(monitor_rig)
tests_unit_monitor_monitor_serve_test_SOURCES = \
	tests/unit/monitor/monitor_serve_test.c $(monitor_rig)
tests_unit_monitor_monitor_status_test_SOURCES = \
	tests/unit/monitor/monitor_status_test.c $(monitor_rig)
tests_unit_monitor_monitor_test_SOURCES = \
	tests/unit/monitor/monitor_test.c $(monitor_rig)
tests_unit_monitor_monitor_upgrade_state_test_SOURCES = \
	tests/unit/monitor/monitor_upgrade_state_test.c $(monitor_rig)
tests_unit_monitor_monitor_upgrade_test_SOURCES = \
	tests/unit/monitor/monitor_upgrade_test.c $(monitor_rig)
tests_unit_monitor_monitor_why_test_SOURCES = \
	tests/unit/monitor/monitor_why_test.c $(monitor_rig)
tests_unit_monitor_monitor_worker_test_SOURCES = \
	tests/unit/monitor/monitor_worker_test.c $(monitor_rig)
tests_unit_monitor_resolver_side_test_SOURCES = \
	tests/unit/monitor/resolver_side_test.c $(monitor_rig)
tests_unit_monitor_running_test_SOURCES = \
	tests/unit/monitor/running_test.c $(monitor_rig)
tests_unit_monitor_trial_test_SOURCES = \
	tests/unit/monitor/trial_test.c $(monitor_rig)
tests_unit_monitor_monitor_pages_rights_test_SOURCES = \
	tests/unit/monitor/monitor_pages_rights_test.c $(monitor_rig)
tests_unit_monitor_monitor_pages_test_SOURCES = \
	tests/unit/monitor/monitor_pages_test.c $(monitor_rig)
tests_unit_monitor_web_side_test_SOURCES = \
	tests/unit/monitor/web_side_test.c $(monitor_rig)
tests_unit_monitor_worker_side_test_SOURCES = \
	tests/unit/monitor/worker_side_test.c $(monitor_rig)

auth_rig = tests/unit/monitor/auth_rig.c tests/unit/monitor/auth_rig.h
tests_unit_monitor_attempt_test_SOURCES = \
	tests/unit/monitor/attempt_test.c $(auth_rig)
tests_unit_monitor_auth_count_test_SOURCES = \
	tests/unit/monitor/auth_count_test.c $(auth_rig)
tests_unit_monitor_auth_keep_test_SOURCES = \
	tests/unit/monitor/auth_keep_test.c $(auth_rig)
tests_unit_monitor_method_users_test_SOURCES = \
	tests/unit/monitor/method_users_test.c $(auth_rig)
tests_unit_monitor_auth_audit_test_SOURCES = \
	tests/unit/monitor/auth_audit_test.c $(auth_rig)
tests_unit_monitor_auth_audit_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=log_audit
tests_unit_monitor_auth_restart_test_SOURCES = \
	tests/unit/monitor/auth_restart_test.c $(auth_rig)
tests_unit_monitor_method_certificate_test_SOURCES = \
	tests/unit/monitor/method_certificate_test.c $(auth_rig)
tests_unit_monitor_method_otp_test_SOURCES = \
	tests/unit/monitor/method_otp_test.c $(auth_rig)
tests_unit_monitor_method_pam_test_SOURCES = \
	tests/unit/monitor/method_pam_test.c $(auth_rig)
tests_unit_monitor_auth_test_SOURCES = \
	tests/unit/monitor/auth_test.c $(auth_rig)

guesses_rig = tests/unit/monitor/guesses_rig.c tests/unit/monitor/guesses_rig.h
tests_unit_monitor_guesses_file_test_SOURCES = \
	tests/unit/monitor/guesses_file_test.c $(guesses_rig)
tests_unit_monitor_guesses_test_SOURCES = \
	tests/unit/monitor/guesses_test.c $(guesses_rig)

# The one that opens plugins, which call back into it.
tests_unit_monitor_monitor_config_plugins_test_LDFLAGS = $(AM_LDFLAGS) \
	$(host_ldflags)
tests_unit_monitor_monitor_config_plugins_test_LDADD = $(gateway_libs) \
	$(whole_core) $(core_libs) $(JANSSON_LIBS) $(CHECK_LIBS)
tests_unit_monitor_monitor_config_plugins_test_DEPENDENCIES = \
	$(gateway_libs) $(host_dependencies) $(plugin_samples)

tests_unit_monitor_client_side_test_SOURCES = \
	tests/unit/monitor/client_side_test.c $(tls_office) $(stage)
