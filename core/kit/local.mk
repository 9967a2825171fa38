# SPDX-License-Identifier: BSD-2-Clause
# Not in libadit_core.a: the daemon keeps all of that.
noinst_LIBRARIES += libadit_kit.a
libadit_kit_a_SOURCES = \
	core/kit/ask.c \
	core/kit/compare.c \
	core/kit/deeds.c \
	core/kit/fuzz.h core/kit/fuzz_inside.h \
	core/kit/fuzz_model.c \
	core/kit/fuzz_mutate.c \
	core/kit/fuzz_one.c \
	core/kit/fuzz_run.c \
	core/kit/fuzz_steps.c \
	core/kit/fuzz_world.c \
	core/kit/line_bytes.c \
	core/kit/line_deeds.c \
	core/kit/line_settings.c \
	core/kit/lines.c \
	core/kit/player.c core/kit/player.h \
	core/kit/player_inside.h \
	core/kit/player_owner.c \
	core/kit/random.h \
	core/kit/reader.h \
	core/kit/tape.c core/kit/tape.h \
	core/kit/tape_ask.c \
	core/kit/tape_event.c \
	core/kit/tape_inside.h \
	core/kit/tape_open.c \
	core/kit/text.c core/kit/text.h \
	core/kit/transcript.c core/kit/transcript.h \
	core/kit/write.c

bin_PROGRAMS += adit-plugin-test
adit_plugin_test_SOURCES = \
	core/kit/control.c core/kit/control.h \
	core/kit/crash.c \
	core/kit/fuzz_corpus.c core/kit/fuzz_corpus.h \
	core/kit/fuzz_loop.c core/kit/fuzz_loop.h \
	core/kit/main.c \
	core/kit/record.c core/kit/record.h \
	core/kit/suite.c core/kit/suite.h
adit_plugin_test_LDFLAGS = $(AM_LDFLAGS) $(host_ldflags)
adit_plugin_test_LDADD = libadit_kit.a $(whole_core) $(core_libs) \
	$(JANSSON_LIBS)
adit_plugin_test_DEPENDENCIES = libadit_kit.a $(host_dependencies)

man_MANS += docs/man/adit-plugin-test.1 docs/man/adit-plugin.3
