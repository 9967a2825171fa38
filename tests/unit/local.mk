# SPDX-License-Identifier: BSD-2-Clause
# The frame of every unit test program; the folders below add theirs.
noinst_HEADERS += tests/unit/suite.h
EXTRA_DIST += tests/unit/valgrind.supp
