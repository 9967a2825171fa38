# SPDX-License-Identifier: BSD-2-Clause
frame_tests = \
	tests/unit/frame/frame_test \
	tests/unit/frame/payload_test \
	tests/unit/frame/protocol_test
check_PROGRAMS += $(frame_tests)
TESTS += $(frame_tests)
