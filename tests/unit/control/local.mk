# SPDX-License-Identifier: BSD-2-Clause
control_tests = \
	tests/unit/control/control_call_test \
	tests/unit/control/control_server_test \
	tests/unit/control/control_socket_test \
	tests/unit/control/secret_test \
	tests/unit/control/table_test
check_PROGRAMS += $(control_tests)
TESTS += $(control_tests)
