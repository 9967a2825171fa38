# SPDX-License-Identifier: BSD-2-Clause
# Not in libadit_core.a: the daemon keeps all of that.
noinst_LIBRARIES += libadit_kit.a
libadit_kit_a_SOURCES = \
	kit/ask.c \
	kit/circle.c \
	kit/compare.c \
	kit/deeds.c \
	kit/fuzz.h kit/fuzz_inside.h \
	kit/fuzz_compare.c \
	kit/fuzz_corpus.c kit/fuzz_corpus.h \
	kit/fuzz_model.c \
	kit/fuzz_mutate.c \
	kit/fuzz_one.c \
	kit/fuzz_run.c \
	kit/fuzz_steps.c \
	kit/fuzz_world.c \
	kit/line_bytes.c \
	kit/line_deeds.c \
	kit/line_settings.c \
	kit/lines.c \
	kit/player.c kit/player.h \
	kit/player_inside.h \
	kit/player_owner.c \
	kit/player_parent.c \
	kit/random.h \
	kit/reader.h \
	kit/tape.c kit/tape.h \
	kit/tape_ask.c \
	kit/tape_event.c \
	kit/tape_inside.h \
	kit/tape_open.c \
	kit/text.c kit/text.h \
	kit/transcript.c kit/transcript.h \
	kit/transcript_read.c \
	kit/write.c

bin_PROGRAMS += adit-plugin-test
adit_plugin_test_SOURCES = \
	kit/bench.c kit/bench.h \
	kit/crash.c \
	kit/fuzz_loop.c kit/fuzz_loop.h \
	kit/main.c \
	kit/record.c kit/record.h \
	kit/suite.c kit/suite.h
adit_plugin_test_LDFLAGS = $(AM_LDFLAGS) $(host_ldflags)
adit_plugin_test_LDADD = libadit_kit.a libadit_control.a $(whole_core) $(core_libs) \
	$(JANSSON_LIBS)
adit_plugin_test_DEPENDENCIES = libadit_kit.a libadit_control.a $(host_dependencies)

man_MANS += docs/man/adit-plugin-test.1 docs/man/adit-plugin.3

# For people who write plugins.
tutorialdir = $(docdir)/tutorial
tutorial_depotdir = $(tutorialdir)/depot
tutorial_rshdir = $(tutorialdir)/rsh
doc_DATA += docs/plugin.md docs/plugin-nodes.md
tutorial_DATA = tests/plugins/parley.c tests/plugins/hello.cc
tutorial_rsh_DATA = docs/tutorial/rsh/Makefile docs/tutorial/rsh/rsh.c \
	docs/tutorial/rsh/broken.t docs/tutorial/rsh/half.t \
	docs/tutorial/rsh/low_port.t docs/tutorial/rsh/not_allowed.t \
	docs/tutorial/rsh/plain.t docs/tutorial/rsh/refused.t \
	docs/tutorial/rsh/stderr.t
tutorial_depot_DATA = docs/tutorial/depot/Makefile docs/tutorial/depot/big.t \
	docs/tutorial/depot/broken.t docs/tutorial/depot/child.t \
	docs/tutorial/depot/depot.c docs/tutorial/depot/half_close.t \
	docs/tutorial/depot/left_out.t docs/tutorial/depot/many.t \
	docs/tutorial/depot/moved.t docs/tutorial/depot/pipeline.t \
	docs/tutorial/depot/unasked.t
