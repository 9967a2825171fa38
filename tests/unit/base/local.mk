# SPDX-License-Identifier: BSD-2-Clause
base_tests = \
	tests/unit/base/addr_test \
	tests/unit/base/audit_line_test \
	tests/unit/base/buf_test \
	tests/unit/base/handover_test \
	tests/unit/base/err_test \
	tests/unit/base/folders_test \
	tests/unit/base/gather_test \
	tests/unit/base/human_test \
	tests/unit/base/ini_test \
	tests/unit/base/link_test \
	tests/unit/base/list_test \
	tests/unit/base/log_out_test \
	tests/unit/base/log_test \
	tests/unit/base/map_test \
	tests/unit/base/net_test \
	tests/unit/base/opt_test \
	tests/unit/base/ports_test \
	tests/unit/base/siphash_test \
	tests/unit/base/std_test \
	tests/unit/base/wire_test
check_PROGRAMS += $(base_tests)
TESTS += $(base_tests)
