# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/base/addr.c core/base/addr.h \
	core/base/audit_line.c core/base/audit_line.h \
	core/base/buf.c core/base/buf.h \
	core/base/handover.c core/base/handover.h \
	core/base/conf_files.c core/base/conf_files.h \
	core/base/conf_link.c core/base/conf_link.h \
	core/base/conf_text.c core/base/conf_text.h \
	core/base/defs.h \
	core/base/err.c core/base/err.h \
	core/base/folders.c core/base/folders.h \
	core/base/human.c core/base/human.h \
	core/base/ini.c core/base/ini.h \
	core/base/ini_gather.c \
	core/base/list.h \
	core/base/log.c core/base/log.h \
	core/base/log_out.c core/base/log_out.h \
	core/base/map.c core/base/map.h \
	core/base/opt.c core/base/opt.h \
	core/base/opt_value.c \
	core/base/ports.c core/base/ports.h \
	core/base/siphash.c core/base/siphash.h \
	core/base/std.c core/base/std.h \
	core/base/wire.h
