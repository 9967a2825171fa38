# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
kit_tests = \
	tests/unit/kit/family_test \
	tests/unit/kit/fuzz_steps_test \
	tests/unit/kit/fuzz_test \
	tests/unit/kit/player_test \
	tests/unit/kit/tape_test \
	tests/unit/kit/text_test \
	tests/unit/kit/transcript_test
kit_ldadd = libadit_kit.a $(LDADD)
tests_unit_kit_family_test_SOURCES = tests/unit/kit/family_test.c
tests_unit_kit_family_test_LDADD = $(kit_ldadd)
tests_unit_kit_fuzz_steps_test_SOURCES = tests/unit/kit/fuzz_steps_test.c
tests_unit_kit_fuzz_steps_test_LDADD = $(kit_ldadd)
tests_unit_kit_fuzz_test_SOURCES = tests/unit/kit/fuzz_test.c \
	tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h
tests_unit_kit_fuzz_test_LDADD = $(kit_ldadd)
tests_unit_kit_player_test_SOURCES = tests/unit/kit/player_test.c \
	tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h
tests_unit_kit_player_test_LDADD = $(kit_ldadd)
tests_unit_kit_tape_test_SOURCES = tests/unit/kit/tape_test.c
tests_unit_kit_tape_test_LDADD = $(kit_ldadd) $(JANSSON_LIBS)
tests_unit_kit_text_test_SOURCES = tests/unit/kit/text_test.c
tests_unit_kit_text_test_LDADD = $(kit_ldadd)
tests_unit_kit_transcript_test_SOURCES = tests/unit/kit/transcript_test.c
tests_unit_kit_transcript_test_LDADD = $(kit_ldadd)
check_PROGRAMS += $(kit_tests)
TESTS += $(kit_tests)
endif
