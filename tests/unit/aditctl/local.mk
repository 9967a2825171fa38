# SPDX-License-Identifier: BSD-2-Clause
aditctl_tests = \
	tests/unit/aditctl/ctl_call_test \
	tests/unit/aditctl/ctl_check_test \
	tests/unit/aditctl/ctl_init_test \
	tests/unit/aditctl/ctl_invite_test \
	tests/unit/aditctl/ctl_list_test \
	tests/unit/aditctl/ctl_otp_test \
	tests/unit/aditctl/ctl_passwd_test \
	tests/unit/aditctl/ctl_password_test \
	tests/unit/aditctl/ctl_pin_test \
	tests/unit/aditctl/ctl_reach_test \
	tests/unit/aditctl/ctl_say_test \
	tests/unit/aditctl/ctl_status_test \
	tests/unit/aditctl/ctl_tree_test \
	tests/unit/aditctl/ctl_users_test \
	tests/unit/aditctl/ctl_why_test
check_PROGRAMS += $(aditctl_tests)
TESTS += $(aditctl_tests)

# Somebody who types commands, and an aditd whose answers a test has written.
aditctl_admin = tests/unit/aditctl/admin.c tests/unit/aditctl/admin.h $(canned)

tests_unit_aditctl_ctl_call_test_SOURCES = \
	tests/unit/aditctl/ctl_call_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_check_test_SOURCES = \
	tests/unit/aditctl/ctl_check_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_init_test_SOURCES = \
	tests/unit/aditctl/ctl_init_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_invite_test_SOURCES = \
	tests/unit/aditctl/ctl_invite_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_list_test_SOURCES = \
	tests/unit/aditctl/ctl_list_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_otp_test_SOURCES = \
	tests/unit/aditctl/ctl_otp_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_passwd_test_SOURCES = \
	tests/unit/aditctl/ctl_passwd_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_password_test_SOURCES = \
	tests/unit/aditctl/ctl_password_test.c $(stage)
tests_unit_aditctl_ctl_pin_test_SOURCES = \
	tests/unit/aditctl/ctl_pin_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_say_test_SOURCES = \
	tests/unit/aditctl/ctl_say_test.c $(stage)
tests_unit_aditctl_ctl_status_test_SOURCES = \
	tests/unit/aditctl/ctl_status_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_users_test_SOURCES = \
	tests/unit/aditctl/ctl_users_test.c $(aditctl_admin)
tests_unit_aditctl_ctl_why_test_SOURCES = \
	tests/unit/aditctl/ctl_why_test.c $(aditctl_admin)
