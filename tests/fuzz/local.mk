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

fuzz_programs += tests/fuzz/records_fuzz
tests_fuzz_records_fuzz_SOURCES = tests/fuzz/records_fuzz.c \
	tests/unit/tls/glass.h $(fuzz_driver)
tests_fuzz_records_fuzz_LDFLAGS = $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/corpus/records_fuzz

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
tests_fuzz_socks_fuzz_SOURCES = tests/fuzz/socks_fuzz.c $(fuzz_driver)
tests_fuzz_socks_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/socks_fuzz

fuzz_programs += tests/fuzz/http_fuzz
tests_fuzz_http_fuzz_SOURCES = tests/fuzz/http_fuzz.c $(fuzz_driver)
tests_fuzz_http_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/http_fuzz

fuzz_programs += tests/fuzz/redirect_fuzz
tests_fuzz_redirect_fuzz_SOURCES = tests/fuzz/redirect_fuzz.c $(fuzz_driver)
tests_fuzz_redirect_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/redirect_fuzz

fuzz_programs += tests/fuzz/queue_fuzz
tests_fuzz_queue_fuzz_SOURCES = tests/fuzz/queue_fuzz.c $(fuzz_driver)
tests_fuzz_queue_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/queue_fuzz

fuzz_programs += tests/fuzz/proxy_fuzz
tests_fuzz_proxy_fuzz_SOURCES = tests/fuzz/proxy_fuzz.c $(fuzz_driver)
tests_fuzz_proxy_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/proxy_fuzz

fuzz_programs += tests/fuzz/stub_fuzz
tests_fuzz_stub_fuzz_SOURCES = tests/fuzz/stub_fuzz.c $(fuzz_driver)
tests_fuzz_stub_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/stub_fuzz

fuzz_programs += tests/fuzz/open_link_fuzz
tests_fuzz_open_link_fuzz_SOURCES = tests/fuzz/open_link_fuzz.c $(fuzz_driver)
tests_fuzz_open_link_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/open_link_fuzz

# A whole agent (tests/unit/agent/local.mk).
agent_world = tests/fuzz/agent_world.c tests/fuzz/agent_world.h
fuzz_programs += tests/fuzz/agent_fuzz tests/fuzz/control_fuzz
tests_fuzz_agent_fuzz_SOURCES = tests/fuzz/agent_fuzz.c $(agent_world) \
	$(fuzz_driver)
tests_fuzz_agent_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_control_fuzz_SOURCES = tests/fuzz/control_fuzz.c $(agent_world) \
	$(fuzz_driver)
tests_fuzz_control_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/agent_fuzz tests/fuzz/corpus/control_fuzz
endif

if WEB
fuzz_programs += tests/fuzz/web_form_fuzz
tests_fuzz_web_form_fuzz_SOURCES = tests/fuzz/web_form_fuzz.c $(fuzz_driver)
tests_fuzz_web_form_fuzz_LDFLAGS = $(fuzz_ldflags)
endif
if GATEWAY
fuzz_programs += tests/fuzz/proxy_header_fuzz
tests_fuzz_proxy_header_fuzz_SOURCES = tests/fuzz/proxy_header_fuzz.c \
	$(fuzz_driver)
tests_fuzz_proxy_header_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/proxy_header_fuzz
dist_noinst_DATA += tests/fuzz/corpus/web_form_fuzz

fuzz_programs += tests/fuzz/log_entry_fuzz
tests_fuzz_log_entry_fuzz_SOURCES = tests/fuzz/log_entry_fuzz.c $(fuzz_driver)
tests_fuzz_log_entry_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/log_entry_fuzz

fuzz_programs += tests/fuzz/plugin_fuzz
tests_fuzz_plugin_fuzz_SOURCES = tests/fuzz/plugin_fuzz.c $(fuzz_driver)
tests_fuzz_plugin_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/plugin_fuzz

fuzz_programs += tests/fuzz/msg_fuzz
tests_fuzz_msg_fuzz_SOURCES = tests/fuzz/msg_fuzz.c $(fuzz_driver)
tests_fuzz_msg_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/msg_fuzz

fuzz_programs += tests/fuzz/certificate_fuzz
tests_fuzz_certificate_fuzz_SOURCES = tests/fuzz/certificate_fuzz.c $(fuzz_driver)
tests_fuzz_certificate_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/certificate_fuzz

fuzz_programs += tests/fuzz/aditctl_fuzz
tests_fuzz_aditctl_fuzz_SOURCES = tests/fuzz/aditctl_fuzz.c $(fuzz_driver)
tests_fuzz_aditctl_fuzz_LDFLAGS = $(fuzz_ldflags)
dist_noinst_DATA += tests/fuzz/corpus/aditctl_fuzz

# A session that arrives, at the threads of a worker without their front.
fuzz_programs += tests/fuzz/handover_fuzz
tests_fuzz_handover_fuzz_SOURCES = tests/fuzz/handover_fuzz.c \
	$(plugins_ftp_ftp_la_SOURCES) $(fuzz_driver)
tests_fuzz_handover_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_handover_fuzz_LDFLAGS = $(fuzz_ldflags) \
	-Wl,--wrap=tcp_connect_small,--wrap=log_msg,--wrap=log_audit
tests_fuzz_handover_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/handover_fuzz

# Plugins, linked in; the corpora begin with their transcripts:
#   adit-plugin-test --fuzz=0 -o tests/fuzz/corpus/ftp_fuzz ftp.so tests/plugins/ftp/*.t
fuzz_programs += tests/fuzz/parley_fuzz tests/fuzz/ftp_fuzz tests/fuzz/sqlnet_fuzz \
	tests/fuzz/kafka_fuzz tests/fuzz/redis_fuzz
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
fuzz_programs += tests/fuzz/dcerpc_fuzz
tests_fuzz_dcerpc_fuzz_SOURCES = tests/fuzz/dcerpc_fuzz.c \
	$(plugins_dcerpc_dcerpc_la_SOURCES) $(fuzz_driver)
tests_fuzz_dcerpc_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_dcerpc_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_dcerpc_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/dcerpc_fuzz
fuzz_programs += tests/fuzz/iscsi_fuzz
tests_fuzz_iscsi_fuzz_SOURCES = tests/fuzz/iscsi_fuzz.c \
	$(plugins_iscsi_iscsi_la_SOURCES) $(fuzz_driver)
tests_fuzz_iscsi_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_iscsi_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_iscsi_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/iscsi_fuzz
fuzz_programs += tests/fuzz/ldap_fuzz
tests_fuzz_ldap_fuzz_SOURCES = tests/fuzz/ldap_fuzz.c \
	$(plugins_ldap_ldap_la_SOURCES) $(fuzz_driver)
tests_fuzz_ldap_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_ldap_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_ldap_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/ldap_fuzz
tests_fuzz_sqlnet_fuzz_SOURCES = tests/fuzz/sqlnet_fuzz.c \
	plugins/sqlnet/sqlnet.c plugins/sqlnet/nv.c plugins/sqlnet/nv.h \
	plugins/sqlnet/redirect.c plugins/sqlnet/redirect.h \
	plugins/sqlnet/services.c plugins/sqlnet/services.h $(fuzz_driver)
tests_fuzz_sqlnet_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_sqlnet_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_sqlnet_fuzz_LDADD = libadit_kit.a $(LDADD)
tests_fuzz_kafka_fuzz_SOURCES = tests/fuzz/kafka_fuzz.c \
	$(plugins_kafka_kafka_la_SOURCES) $(fuzz_driver)
tests_fuzz_kafka_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_kafka_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_kafka_fuzz_LDADD = libadit_kit.a $(LDADD)
tests_fuzz_redis_fuzz_SOURCES = tests/fuzz/redis_fuzz.c \
	$(plugins_redis_redis_la_SOURCES) $(fuzz_driver)
tests_fuzz_redis_fuzz_CPPFLAGS = $(AM_CPPFLAGS)
tests_fuzz_redis_fuzz_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_redis_fuzz_LDADD = libadit_kit.a $(LDADD)
dist_noinst_DATA += tests/fuzz/corpus/parley_fuzz tests/fuzz/corpus/ftp_fuzz \
	tests/fuzz/corpus/sqlnet_fuzz tests/fuzz/corpus/redis_fuzz \
	tests/fuzz/corpus/kafka_fuzz
endif
