# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/plugin/address.c \
	core/plugin/adopt.c \
	core/plugin/call.c \
	core/plugin/conf.c core/plugin/conf.h \
	core/plugin/deliver.c \
	core/plugin/expect_call.c \
	core/plugin/framing.c \
	core/plugin/host.c core/plugin/host.h \
	core/plugin/inside.h \
	core/plugin/loader.c core/plugin/loader.h \
	core/plugin/host_handover.c core/plugin/host_handover.h \
	core/plugin/side.h \
	core/plugin/stream.c \
	core/plugin/trace.c \
	core/plugin/tx.c \
	core/plugin/watch.c core/plugin/watch.h
dist_noinst_DATA += core/plugin/exports.list
