# SPDX-License-Identifier: BSD-2-Clause
# what an agent does for the commands that run under `adit run`
noinst_LIBRARIES += libadit_run.a
libadit_run_a_SOURCES = \
	core/run/bridge.c core/run/bridge.h \
	core/run/redirect.c core/run/redirect.h \
	core/run/redirect_start.c core/run/redirect_start.h \
	core/run/resolved.c core/run/resolved.h \
	core/run/run.c core/run/run.h \
	core/run/run_forward.c \
	core/run/run_names.c \
	core/run/run_parts.h \
	core/run/run_ports.c \
	core/run/run_record.c \
	core/run/run_talk.c \
	core/run/syns.c core/run/syns.h
