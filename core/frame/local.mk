# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/frame/code.c core/frame/code.h \
	core/frame/frame.c core/frame/frame.h \
	core/frame/login.c \
	core/frame/pack.h \
	core/frame/payload.c core/frame/payload.h \
	core/frame/publish.c core/frame/publish.h \
	core/frame/reason.h
