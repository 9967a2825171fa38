# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/channel/budget.c \
	core/channel/chan.c core/channel/chan.h \
	core/channel/control.c \
	core/channel/credit.c \
	core/channel/input.c \
	core/channel/log.c \
	core/channel/moved.c core/channel/moved.h \
	core/channel/sched.c \
	core/channel/session.c core/channel/session.h \
	core/channel/slog.c core/channel/slog.h
