# SPDX-License-Identifier: BSD-2-Clause
web_tests = \
	tests/unit/web/form_test \
	tests/unit/web/html_test \
	tests/unit/web/lang_test \
	tests/unit/web/metrics_text_test \
	tests/unit/web/page_test \
	tests/unit/web/web_test
check_PROGRAMS += $(web_tests)
TESTS += $(web_tests)
