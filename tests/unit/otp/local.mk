# SPDX-License-Identifier: BSD-2-Clause
otp_tests = tests/unit/otp/otp_test
check_PROGRAMS += $(otp_tests)
TESTS += $(otp_tests)
