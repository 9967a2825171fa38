# SPDX-License-Identifier: BSD-2-Clause
# connections that plugins announce
noinst_LIBRARIES += libadit_expect.a
libadit_expect_a_SOURCES = \
	core/expect/expect.c core/expect/expect.h \
	core/expect/expect_handover.c core/expect/expect_handover.h
