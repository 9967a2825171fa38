# SPDX-License-Identifier: BSD-2-Clause
web_tests = \
	tests/unit/web/metrics_text_test \
	tests/unit/web/web_test
check_PROGRAMS += $(web_tests)
TESTS += $(web_tests)
