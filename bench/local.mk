# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += bench/README.md bench/run bench/throughput bench/connections \
	bench/memory bench/growth bench/kafka bench/redis bench/sqlnet bench/ftp_mirror \
	bench/ftp_crowd bench/pages bench/rates \
	bench/intercept bench/upgrade bench/agents bench/guesses bench/tunnels.py bench/echo_trace.py bench/paths \
	bench/lossy bench/survive bench/links.py bench/cost.py bench/picture.py

.PHONY: bench
bench: all
	$(srcdir)/bench/run --build $(abs_top_builddir)

# A slow link, for the measurements and for tests/e2e.
noinst_PROGRAMS += bench/link
bench_link_SOURCES = bench/link.c

# What a tunnel costs at least, for the measurements.
noinst_PROGRAMS += bench/floor
bench_floor_SOURCES = bench/floor.c
bench_floor_LDADD = $(GNUTLS_LIBS)

# What a connection costs at least.
noinst_PROGRAMS += bench/copy
bench_copy_SOURCES = bench/copy.c

# Thousands of agents in one process, for bench/sessions.
EXTRA_DIST += bench/sessions
noinst_PROGRAMS += bench/load/load
bench_load_load_SOURCES = bench/load/main.c bench/load/guest.c \
	bench/load/guest.h bench/load/login.c bench/load/echo.c \
	bench/load/echo.h
bench_load_load_LDADD = libadit_core.a $(core_libs)
