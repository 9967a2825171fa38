# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
intercept_tests = \
	tests/unit/intercept/back_test \
	tests/unit/intercept/netns_cure_test \
	tests/unit/intercept/netns_test \
	tests/unit/intercept/nft_test \
	tests/unit/intercept/nl_test \
	tests/unit/intercept/packet_test \
	tests/unit/intercept/queue_test \
	tests/unit/intercept/ranges_test \
	tests/unit/intercept/redirect_msg_test \
	tests/unit/intercept/stub_test \
	tests/unit/intercept/synthetic_test

check_PROGRAMS += $(intercept_tests)
TESTS += $(intercept_tests)
endif
