# SPDX-License-Identifier: BSD-2-Clause
process_tests = \
	tests/unit/process/child_test \
	tests/unit/process/conf_bundle_test \
	tests/unit/process/forbidden_test \
	tests/unit/process/landlock_test \
	tests/unit/process/locals_test \
	tests/unit/process/log_entry_test \
	tests/unit/process/log_receiver_test \
	tests/unit/process/log_relay_test \
	tests/unit/process/mailbox_test \
	tests/unit/process/metrics_test \
	tests/unit/process/msg_pam_test \
	tests/unit/process/msg_code_test \
	tests/unit/process/msg_rights_test \
	tests/unit/process/msg_test \
	tests/unit/process/privs_test \
	tests/unit/process/reply_test \
	tests/unit/process/sandbox_test \
	tests/unit/process/stamp_test \
	tests/unit/process/terminal_test \
	tests/unit/process/warnings_test \
	tests/unit/process/why_test
check_PROGRAMS += $(process_tests)
TESTS += $(process_tests)

tests_unit_process_forbidden_test_SOURCES = \
	tests/unit/process/forbidden_test.c tests/plugins/forbidden.h
tests_unit_process_forbidden_test_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/plugins

fence = tests/unit/process/fence.c tests/unit/process/fence.h
tests_unit_process_landlock_test_SOURCES = \
	tests/unit/process/landlock_test.c $(fence)
tests_unit_process_sandbox_test_SOURCES = \
	tests/unit/process/sandbox_test.c $(fence)
