libadit_core_a_SOURCES += \
	core/base/addr.c core/base/addr.h \
	core/base/buf.c core/base/buf.h \
	core/base/defs.h \
	core/base/err.c core/base/err.h \
	core/base/list.h \
	core/base/log.c core/base/log.h \
	core/base/map.c core/base/map.h \
	core/base/wire.h
