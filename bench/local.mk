# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += bench/README.md bench/throughput bench/connections bench/memory \
	bench/sqlnet bench/ftp_mirror bench/ftp_crowd bench/upgrade \
	bench/agents bench/tunnels.py bench/longfat bench/latency bench/lossy bench/survive bench/links.py

.PHONY: bench
bench: all
	$(srcdir)/bench/throughput --build $(abs_top_builddir)
	$(srcdir)/bench/connections --build $(abs_top_builddir)
	$(srcdir)/bench/memory --build $(abs_top_builddir)
	$(srcdir)/bench/sqlnet --build $(abs_top_builddir)
	$(srcdir)/bench/ftp_mirror --build $(abs_top_builddir)
	$(srcdir)/bench/ftp_crowd --build $(abs_top_builddir)
	$(srcdir)/bench/upgrade --build $(abs_top_builddir)
	$(srcdir)/bench/agents --build $(abs_top_builddir)

# A slow link, for the measurements and for tests/e2e.
noinst_PROGRAMS += bench/link
bench_link_SOURCES = bench/link.c
