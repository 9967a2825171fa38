# SPDX-License-Identifier: BSD-2-Clause
# The frame of every unit test program; the folders below add theirs.
noinst_HEADERS += tests/unit/suite.h tests/unit/together.h
EXTRA_DIST += tests/unit/valgrind.supp tests/unit/valgrind.not \
	tests/unit/together.c tests/unit/together.py

# For tests of commands: a folder, what is typed and what is printed; and a control
# server whose answers a test has written.
stage = tests/unit/stage.c tests/unit/stage.h
canned = $(stage) \
	tests/unit/control/canned.c tests/unit/control/canned.h
