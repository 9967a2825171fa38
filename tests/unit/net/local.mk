# SPDX-License-Identifier: BSD-2-Clause
net_tests = \
	tests/unit/net/attach_test \
	tests/unit/net/blackhole_test \
	tests/unit/net/conn_test \
	tests/unit/net/flight_test \
	tests/unit/net/loop_test \
	tests/unit/net/notify_test \
	tests/unit/net/race_test \
	tests/unit/net/sock_test \
	tests/unit/net/tunnel_later_test \
	tests/unit/net/tunnel_test \
	tests/unit/net/tunnel_worn_test
check_PROGRAMS += $(net_tests)
TESTS += $(net_tests)

tests_unit_net_attach_test_SOURCES = tests/unit/net/attach_test.c $(tls_pair)
tests_unit_net_conn_test_SOURCES = tests/unit/net/conn_test.c $(tls_pair)
