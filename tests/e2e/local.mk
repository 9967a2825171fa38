# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += tests/e2e/run tests/e2e/lib tests/e2e/cases \
	tests/machines tests/mutants

TESTS += tests/mutants/applies.py

# A client that breaks the protocol on purpose.
noinst_PROGRAMS += tests/e2e/hostile
tests_e2e_hostile_SOURCES = tests/e2e/hostile.c tests/e2e/hostile_link.c \
	tests/e2e/hostile_link.h

.PHONY: e2e
e2e: all
	$(srcdir)/tests/e2e/run --build $(abs_top_builddir) $(E2E_FLAGS)
