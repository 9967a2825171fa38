# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/tls/aead.h core/tls/aead_gcm.c \
	core/tls/cert.c core/tls/cert.h \
	core/tls/client.c \
	core/tls/client_ca.c core/tls/client_ca.h \
	core/tls/client_user.c core/tls/client_user.h \
	core/tls/hash.c core/tls/hash.h \
	core/tls/identity.c core/tls/identity.h \
	core/tls/key.c core/tls/key.h \
	core/tls/make.c \
	core/tls/priority.c \
	core/tls/records.c core/tls/records.h \
	core/tls/scheme.c core/tls/scheme.h \
	core/tls/server.c \
	core/tls/session.h \
	core/tls/small.c \
	core/tls/takeover.c \
	core/tls/times.c \
	core/tls/trust.c \
	core/tls/tls.c core/tls/tls.h \
	core/tls/why.c

# make bench/tls_bench; not installed.
EXTRA_PROGRAMS += bench/tls_bench
bench_tls_bench_SOURCES = bench/tls_bench.c
