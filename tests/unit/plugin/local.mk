# SPDX-License-Identifier: BSD-2-Clause
if HAVE_CHECK
plugin_tests = \
	tests/unit/plugin/address_test \
	tests/unit/plugin/adopt_test \
	tests/unit/plugin/calls_test \
	tests/unit/plugin/conf_test \
	tests/unit/plugin/hold_test \
	tests/unit/plugin/loader_test \
	tests/unit/plugin/host_handover_test \
	tests/unit/plugin/nomem_test \
	tests/unit/plugin/parley_test \
	tests/unit/plugin/redis_test \
	tests/unit/plugin/rules_test \
	tests/unit/plugin/stream_test \
	tests/unit/plugin/verdict_test \
	tests/unit/plugin/watch_test
plugin_rig = tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h \
	tests/unit/plugin/rig.c tests/unit/plugin/rig.h

tests_unit_plugin_adopt_test_SOURCES = tests/unit/plugin/adopt_test.c
tests_unit_plugin_calls_test_SOURCES = tests/unit/plugin/calls_test.c $(plugin_rig)
tests_unit_plugin_conf_test_SOURCES = tests/unit/plugin/conf_test.c
tests_unit_plugin_hold_test_SOURCES = tests/unit/plugin/hold_test.c $(plugin_rig)
tests_unit_plugin_host_handover_test_SOURCES = tests/unit/plugin/host_handover_test.c $(plugin_rig)
tests_unit_plugin_nomem_test_SOURCES = tests/unit/plugin/nomem_test.c \
	tests/unit/plugin/puppet.c tests/unit/plugin/puppet.h
tests_unit_plugin_nomem_test_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
tests_unit_plugin_parley_test_SOURCES = tests/unit/plugin/parley_test.c \
	tests/plugins/parley.c $(plugin_rig)
tests_unit_plugin_redis_test_SOURCES = tests/unit/plugin/redis_test.c \
	plugins/redis/command.c plugins/redis/due.c plugins/redis/policy.c \
	plugins/redis/resp.c
# Objects of its own: those of the plugin are libtool's.
tests_unit_plugin_redis_test_CPPFLAGS = $(AM_CPPFLAGS)
tests_unit_plugin_rules_test_SOURCES = tests/unit/plugin/rules_test.c \
	$(plugin_rig)
tests_unit_plugin_stream_test_SOURCES = tests/unit/plugin/stream_test.c \
	$(plugin_rig)
tests_unit_plugin_watch_test_SOURCES = tests/unit/plugin/watch_test.c
tests_unit_plugin_verdict_test_SOURCES = tests/unit/plugin/verdict_test.c \
	$(plugin_rig)

# The one that opens shared objects: they call back into it.
tests_unit_plugin_loader_test_SOURCES = tests/unit/plugin/loader_test.c
tests_unit_plugin_loader_test_LDFLAGS = $(AM_LDFLAGS) $(host_ldflags)
tests_unit_plugin_loader_test_LDADD = $(whole_core) $(core_libs) $(CHECK_LIBS)
tests_unit_plugin_loader_test_DEPENDENCIES = $(host_dependencies) $(plugin_samples)

plugin_samples = \
	tests/unit/plugin/sample_good.la \
	tests/unit/plugin/sample_api.la \
	tests/unit/plugin/sample_none.la
tests_unit_plugin_sample_good_la_SOURCES = tests/unit/plugin/sample.c
tests_unit_plugin_sample_good_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSAMPLE_NAME='"sample_good"'
tests_unit_plugin_sample_good_la_LDFLAGS = $(test_plugin_ldflags)
tests_unit_plugin_sample_api_la_SOURCES = tests/unit/plugin/sample.c
tests_unit_plugin_sample_api_la_CPPFLAGS = $(AM_CPPFLAGS) -DSAMPLE_API=99
tests_unit_plugin_sample_api_la_LDFLAGS = $(test_plugin_ldflags)
tests_unit_plugin_sample_none_la_SOURCES = tests/unit/plugin/sample.c
tests_unit_plugin_sample_none_la_LDFLAGS = $(test_plugin_ldflags)

check_LTLIBRARIES += $(plugin_samples)
check_PROGRAMS += $(plugin_tests)
TESTS += $(plugin_tests)
endif

TESTS += tests/unit/plugin/header.sh
dist_noinst_DATA += tests/unit/plugin/header.sh

# Example plugins, built by a stranger's makefile.
check_PROGRAMS += tests/plugins/load
tests_plugins_load_SOURCES = tests/plugins/load.c
tests_plugins_load_LDFLAGS = $(AM_LDFLAGS) $(host_ldflags)
tests_plugins_load_LDADD = $(whole_core) $(core_libs)
tests_plugins_load_DEPENDENCIES = $(host_dependencies)
AM_TESTS_ENVIRONMENT += SAN_CFLAGS='$(SAN_CFLAGS)'; export SAN_CFLAGS;
TESTS += tests/plugins/outside.sh
dist_noinst_DATA += tests/plugins/outside.sh tests/plugins/Makefile \
	tests/plugins/hello.cc tests/plugins/greedy.c
