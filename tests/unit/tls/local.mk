# SPDX-License-Identifier: BSD-2-Clause
tls_tests = \
	tests/unit/tls/aead_test \
	tests/unit/tls/client_ca_test \
	tests/unit/tls/handshake_test \
	tests/unit/tls/key_test \
	tests/unit/tls/memory_test \
	tests/unit/tls/record_test \
	tests/unit/tls/records_test \
	tests/unit/tls/takeover_test \
	tests/unit/tls/times_test \
	tests/unit/tls/trust_test
check_PROGRAMS += $(tls_tests)
TESTS += $(tls_tests)

tls_pair = tests/unit/tls/pair.c tests/unit/tls/pair.h
tls_office = tests/unit/tls/office.c tests/unit/tls/office.h
tests_unit_tls_client_ca_test_SOURCES = \
	tests/unit/tls/client_ca_test.c $(tls_office)
tests_unit_tls_handshake_test_SOURCES = \
	tests/unit/tls/handshake_test.c $(tls_pair)
tests_unit_tls_key_test_SOURCES = tests/unit/tls/key_test.c $(tls_pair)
tests_unit_tls_memory_test_SOURCES = \
	tests/unit/tls/memory_test.c $(tls_pair)
tests_unit_tls_memory_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=strdup
tls_stream = tests/unit/tls/stream.c tests/unit/tls/stream.h $(tls_pair)
tests_unit_tls_record_test_SOURCES = \
	tests/unit/tls/record_test.c $(tls_stream)
tests_unit_tls_takeover_test_SOURCES = \
	tests/unit/tls/takeover_test.c $(tls_stream)
tests_unit_tls_records_test_SOURCES = \
	tests/unit/tls/records_test.c tests/unit/tls/glass.h
tests_unit_tls_times_test_SOURCES = tests/unit/tls/times_test.c $(tls_pair)
tests_unit_tls_trust_test_SOURCES = tests/unit/tls/trust_test.c $(tls_pair)
