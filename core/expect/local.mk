# SPDX-License-Identifier: BSD-2-Clause
# expectations: connections that plugins announce
noinst_LIBRARIES += libadit_expect.a
libadit_expect_a_SOURCES = \
	core/expect/expect.h \
	core/expect/expect_ask.c \
	core/expect/expect_handover.c core/expect/expect_handover.h \
	core/expect/expect_inside.h \
	core/expect/expect_listener.c core/expect/expect_listener.h \
	core/expect/expect_ops.h \
	core/expect/expect_outcome.c core/expect/expect_outcome.h \
	core/expect/expect_policy.c core/expect/expect_policy.h \
	core/expect/expect_shared.c \
	core/expect/expect_spares.c core/expect/expect_spares.h \
	core/expect/expect_table.c \
	core/expect/expect_target.c
