# SPDX-License-Identifier: BSD-2-Clause
tls_tests = \
	tests/unit/tls/handshake_test \
	tests/unit/tls/key_test \
	tests/unit/tls/memory_test \
	tests/unit/tls/record_test \
	tests/unit/tls/times_test \
	tests/unit/tls/trust_test
check_PROGRAMS += $(tls_tests)
TESTS += $(tls_tests)

tls_pair = tests/unit/tls/pair.c tests/unit/tls/pair.h
tests_unit_tls_handshake_test_SOURCES = \
	tests/unit/tls/handshake_test.c $(tls_pair)
tests_unit_tls_key_test_SOURCES = tests/unit/tls/key_test.c $(tls_pair)
tests_unit_tls_memory_test_SOURCES = \
	tests/unit/tls/memory_test.c $(tls_pair)
tests_unit_tls_memory_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=strdup
tests_unit_tls_record_test_SOURCES = tests/unit/tls/record_test.c $(tls_pair)
tests_unit_tls_times_test_SOURCES = tests/unit/tls/times_test.c $(tls_pair)
tests_unit_tls_trust_test_SOURCES = tests/unit/tls/trust_test.c $(tls_pair)
