# SPDX-License-Identifier: BSD-2-Clause
# the front of the worker: handshakes and logins
noinst_LIBRARIES += libadit_front.a
libadit_front_a_SOURCES = \
	core/front/drain.c \
	core/front/front.c core/front/front.h \
	core/front/gates.c \
	core/front/login.c \
	core/front/move.c core/front/move.h \
	core/front/move_in.c \
	core/front/move_out.c \
	core/front/probes.c core/front/probes.h \
	core/front/registry.c core/front/registry.h \
	core/front/rights.c core/front/rights.h \
	core/front/sources.c core/front/sources.h \
	core/front/visitor.c core/front/visitor.h \
	core/front/waiting.c core/front/waiting.h \
	core/front/watchdog.c core/front/watchdog.h \
	core/front/worker.c \
	core/front/worker_control.c
