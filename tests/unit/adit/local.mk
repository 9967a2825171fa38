# SPDX-License-Identifier: BSD-2-Clause
adit_tests = \
	tests/unit/adit/agent_call_test \
	tests/unit/adit/agent_control_test \
	tests/unit/adit/background_test \
	tests/unit/adit/cli_fail_test \
	tests/unit/adit/cli_table_test \
	tests/unit/adit/cmd_ask_test \
	tests/unit/adit/cmd_env_test \
	tests/unit/adit/cmd_links_test \
	tests/unit/adit/cmd_list_test \
	tests/unit/adit/cmd_status_test \
	tests/unit/adit/cmd_confirm_test \
	tests/unit/adit/cmd_publish_test \
	tests/unit/adit/cmd_up_test \
	tests/unit/adit/cmd_why_test \
	tests/unit/adit/commands_test \
	tests/unit/adit/daemon_test \
	tests/unit/adit/lock_test \
	tests/unit/adit/offer_test \
	tests/unit/adit/open_link_test \
	tests/unit/adit/password_command_test \
	tests/unit/adit/password_test
check_PROGRAMS += $(adit_tests)
TESTS += $(adit_tests)

# Somebody who types commands, and an agent whose answers a test has written.
adit_user = tests/unit/adit/user.c tests/unit/adit/user.h $(canned)

tests_unit_adit_agent_control_test_SOURCES = \
	tests/unit/adit/agent_control_test.c $(agent_rig)
tests_unit_adit_background_test_SOURCES = \
	tests/unit/adit/background_test.c $(adit_user)
tests_unit_adit_cli_fail_test_SOURCES = \
	tests/unit/adit/cli_fail_test.c $(stage)
tests_unit_adit_cli_table_test_SOURCES = \
	tests/unit/adit/cli_table_test.c $(stage)
tests_unit_adit_cmd_ask_test_SOURCES = \
	tests/unit/adit/cmd_ask_test.c $(adit_user)
tests_unit_adit_cmd_env_test_SOURCES = \
	tests/unit/adit/cmd_env_test.c $(adit_user)
tests_unit_adit_cmd_why_test_SOURCES = \
	tests/unit/adit/cmd_why_test.c $(adit_user)
tests_unit_adit_cmd_links_test_SOURCES = \
	tests/unit/adit/cmd_links_test.c $(stage)
tests_unit_adit_cmd_list_test_SOURCES = \
	tests/unit/adit/cmd_list_test.c $(adit_user)
tests_unit_adit_cmd_status_test_SOURCES = \
	tests/unit/adit/cmd_status_test.c $(adit_user) $(agent_rig)
tests_unit_adit_cmd_confirm_test_SOURCES = \
	tests/unit/adit/cmd_confirm_test.c $(adit_user)
tests_unit_adit_cmd_publish_test_SOURCES = \
	tests/unit/adit/cmd_publish_test.c $(adit_user)
tests_unit_adit_cmd_up_test_SOURCES = \
	tests/unit/adit/cmd_up_test.c $(adit_user)
tests_unit_adit_commands_test_SOURCES = \
	tests/unit/adit/commands_test.c $(stage)
tests_unit_adit_daemon_test_SOURCES = \
	tests/unit/adit/daemon_test.c $(adit_user)
tests_unit_adit_offer_test_SOURCES = \
	tests/unit/adit/offer_test.c $(adit_user)
tests_unit_adit_password_test_SOURCES = \
	tests/unit/adit/password_test.c $(stage)
