# SPDX-License-Identifier: BSD-2-Clause
# A target is one file with LLVMFuzzerTestOneInput and a folder corpus/NAME:
#
#   fuzz_programs += tests/fuzz/NAME
#   tests_fuzz_NAME_SOURCES = tests/fuzz/NAME.c $(fuzz_driver)
#   tests_fuzz_NAME_LDFLAGS = $(fuzz_ldflags)
#   EXTRA_DIST += tests/fuzz/corpus/NAME
#
# where NAME ends in _fuzz.  With --enable-fuzzing libFuzzer drives it; without,
# driver.c replays the corpus as a test.

fuzz_ldflags = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

if FUZZING
fuzz_driver =
else
fuzz_driver = tests/fuzz/driver.c
TESTS += $(fuzz_programs)
endif
check_PROGRAMS += $(fuzz_programs)
EXTRA_DIST += tests/fuzz/driver.c

.PHONY: fuzz-programs
fuzz-programs: $(fuzz_programs)

fuzz_programs += tests/fuzz/frame_fuzz
tests_fuzz_frame_fuzz_SOURCES = tests/fuzz/frame_fuzz.c $(fuzz_driver)
tests_fuzz_frame_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/frame_fuzz

fuzz_programs += tests/fuzz/session_fuzz
tests_fuzz_session_fuzz_SOURCES = tests/fuzz/session_fuzz.c $(fuzz_driver)
tests_fuzz_session_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/session_fuzz

fuzz_programs += tests/fuzz/resume_fuzz
tests_fuzz_resume_fuzz_SOURCES = tests/fuzz/resume_fuzz.c $(fuzz_driver)
tests_fuzz_resume_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/resume_fuzz

fuzz_programs += tests/fuzz/users_fuzz
tests_fuzz_users_fuzz_SOURCES = tests/fuzz/users_fuzz.c $(fuzz_driver)
tests_fuzz_users_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/users_fuzz

fuzz_programs += tests/fuzz/ini_fuzz
tests_fuzz_ini_fuzz_SOURCES = tests/fuzz/ini_fuzz.c $(fuzz_driver)
tests_fuzz_ini_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/ini_fuzz

if AGENT
fuzz_programs += tests/fuzz/socks_fuzz
tests_fuzz_socks_fuzz_SOURCES = tests/fuzz/socks_fuzz.c \
	core/agent/socks_parse.c $(fuzz_driver)
tests_fuzz_socks_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/socks_fuzz

fuzz_programs += tests/fuzz/proxy_fuzz
tests_fuzz_proxy_fuzz_SOURCES = tests/fuzz/proxy_fuzz.c core/agent/proxy.c \
	core/agent/proxy_talk.c $(fuzz_driver)
tests_fuzz_proxy_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/proxy_fuzz

# A whole agent (tests/unit/agent/local.mk).
agent_world = tests/fuzz/agent_world.c tests/fuzz/agent_world.h $(whole_agent)
fuzz_programs += tests/fuzz/agent_fuzz tests/fuzz/control_fuzz
tests_fuzz_agent_fuzz_SOURCES = tests/fuzz/agent_fuzz.c $(agent_world) \
	$(fuzz_driver)
tests_fuzz_agent_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_agent_fuzz_LDADD = $(LDADD) $(JANSSON_LIBS) $(MNL_LIBS)
tests_fuzz_control_fuzz_SOURCES = tests/fuzz/control_fuzz.c $(agent_world) \
	core/agent/control_server.c core/agent/control_socket.c $(fuzz_driver)
tests_fuzz_control_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_control_fuzz_LDADD = $(LDADD) $(JANSSON_LIBS) $(MNL_LIBS)
dist_noinst_DATA += tests/fuzz/corpus/agent_fuzz tests/fuzz/corpus/control_fuzz
endif

if GATEWAY
fuzz_programs += tests/fuzz/plugin_fuzz
tests_fuzz_plugin_fuzz_SOURCES = tests/fuzz/plugin_fuzz.c $(fuzz_driver)
tests_fuzz_plugin_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/plugin_fuzz

fuzz_programs += tests/fuzz/msg_fuzz
tests_fuzz_msg_fuzz_SOURCES = tests/fuzz/msg_fuzz.c core/gateway/msg.c \
	$(fuzz_driver)
tests_fuzz_msg_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/msg_fuzz

fuzz_programs += tests/fuzz/aditctl_fuzz
tests_fuzz_aditctl_fuzz_SOURCES = tests/fuzz/aditctl_fuzz.c \
	core/gateway/control_server.c core/gateway/control_socket.c \
	core/gateway/ctl_cell.c core/gateway/ctl_table.c \
	core/gateway/locals.c core/gateway/msg.c core/gateway/why.c \
	$(fuzz_driver)
tests_fuzz_aditctl_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_aditctl_fuzz_LDADD = $(LDADD) $(JANSSON_LIBS)
dist_noinst_DATA += tests/fuzz/corpus/aditctl_fuzz

# A session that arrives, at the threads of a worker without their front.
fuzz_programs += tests/fuzz/moved_fuzz
tests_fuzz_moved_fuzz_SOURCES = tests/fuzz/moved_fuzz.c \
	core/gateway/audit.c core/gateway/audit_event.c \
	core/gateway/dial.c core/gateway/dial_moved.c \
	core/gateway/door.c core/gateway/door_moved.c \
	core/gateway/expected.c core/gateway/expected_moved.c \
	core/gateway/expected_reverse.c core/gateway/expected_target.c \
	core/gateway/gchan.c core/gateway/gsession.c \
	core/gateway/gsession_moved.c core/gateway/inspection.c \
	core/gateway/inspection_flow.c core/gateway/inspection_moved.c \
	core/gateway/limits.c core/gateway/locals.c core/gateway/lookup.c \
	core/gateway/mailbox.c core/gateway/msg.c core/gateway/outcome.c \
	core/gateway/owner.c core/gateway/quota.c core/gateway/recording.c \
	core/gateway/recording_events.c core/gateway/resources.c \
	core/gateway/snapshot.c core/gateway/sums.c core/gateway/worker_report.c \
	$(plugins_ftp_ftp_la_SOURCES) $(fuzz_driver)
tests_fuzz_moved_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_moved_fuzz_LDFLAGS = $(fuzz_ldflags) \
	-Wl,--wrap=tcp_connect_small,--wrap=log_msg,--wrap=log_audit
tests_fuzz_moved_fuzz_LDADD = libadit_kit.a $(LDADD) $(JANSSON_LIBS)
dist_noinst_DATA += tests/fuzz/corpus/moved_fuzz

# Plugins, linked in; the corpora begin with their transcripts:
#   adit-plugin-test --fuzz=0 -o tests/fuzz/corpus/ftp_fuzz ftp.so tests/plugins/ftp/*.t
fuzz_programs += tests/fuzz/parley_fuzz tests/fuzz/ftp_fuzz tests/fuzz/sqlnet_fuzz
tests_fuzz_parley_fuzz_SOURCES = tests/fuzz/parley_fuzz.c \
	tests/plugins/parley.c $(fuzz_driver)
tests_fuzz_parley_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_parley_fuzz_LDADD = libadit_kit.a $(LDADD)
tests_fuzz_ftp_fuzz_SOURCES = tests/fuzz/ftp_fuzz.c \
	$(plugins_ftp_ftp_la_SOURCES) $(fuzz_driver)
# Objects of its own: those of the plugin are libtool's.
tests_fuzz_ftp_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_ftp_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_ftp_fuzz_LDADD = libadit_kit.a $(LDADD)
tests_fuzz_sqlnet_fuzz_SOURCES = tests/fuzz/sqlnet_fuzz.c \
	plugins/sqlnet/sqlnet.c plugins/sqlnet/nv.c plugins/sqlnet/nv.h \
	plugins/sqlnet/redirect.c plugins/sqlnet/redirect.h \
	plugins/sqlnet/services.c plugins/sqlnet/services.h $(fuzz_driver)
tests_fuzz_sqlnet_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_sqlnet_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_sqlnet_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/parley_fuzz tests/fuzz/corpus/ftp_fuzz \
	tests/fuzz/corpus/sqlnet_fuzz
endif
