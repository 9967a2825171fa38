# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += tests/e2e/run tests/e2e/sanitizers.list tests/e2e/threads.list \
	tests/e2e/run_test.py tests/e2e/reach tests/e2e/reach.c tests/e2e/lib \
	tests/e2e/cases tests/machines

# File by file: the folder of a build has logs beside them, and make dist would
# take both folders.
EXTRA_DIST += tests/unit/ratchets.sh tests/mutants/run tests/mutants/applies.py \
	tests/mutants/lists.py tests/mutants/agent.list \
	tests/mutants/fences.list tests/mutants/limits.list \
	tests/mutants/log.list tests/mutants/web.list tests/mutants/login.list \
	tests/mutants/plugin.list tests/mutants/policy.list \
	tests/mutants/secrets.list tests/mutants/tunnel.list \
	tests/mutants/worker.list
TESTS += tests/mutants/applies.py tests/unit/ratchets.sh tests/e2e/run_test.py

# A client that breaks the protocol on purpose.
noinst_PROGRAMS += tests/e2e/hostile
tests_e2e_hostile_SOURCES = tests/e2e/hostile.c tests/e2e/hostile_link.c \
	tests/e2e/hostile_link.h

.PHONY: e2e
e2e: all
	$(srcdir)/tests/e2e/run --build $(abs_top_builddir) $(E2E_FLAGS)
