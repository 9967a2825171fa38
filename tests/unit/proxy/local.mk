# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
proxy_tests = \
	tests/unit/proxy/http_body_test \
	tests/unit/proxy/http_parse_test \
	tests/unit/proxy/proxy_talk_test \
	tests/unit/proxy/proxy_test \
	tests/unit/proxy/socks_parse_test

check_PROGRAMS += $(proxy_tests)
TESTS += $(proxy_tests)
endif
