libadit_core_a_SOURCES += \
	core/plugin/host.h \
	core/plugin/expect.h
EXTRA_DIST += core/plugin/exports.list
