# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/channel/allowance.h \
	core/channel/budget.c core/channel/budget.h \
	core/channel/chan.c core/channel/chan.h \
	core/channel/control.c \
	core/channel/credit.c core/channel/credit.h \
	core/channel/input.c \
	core/channel/line.c \
	core/channel/session_log.c core/channel/session_state.c \
	core/channel/session_handover.c core/channel/session_handover.h \
	core/channel/ops.h \
	core/channel/sched.c \
	core/channel/session.c core/channel/session.h \
	core/channel/slog.c core/channel/slog.h \
	core/channel/sound.c
