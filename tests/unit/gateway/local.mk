# SPDX-License-Identifier: BSD-2-Clause
gateway_tests = \
	tests/unit/gateway/account_test \
	tests/unit/gateway/auth_test \
	tests/unit/gateway/control_test \
	tests/unit/gateway/ctl_table_test \
	tests/unit/gateway/forbidden_test \
	tests/unit/gateway/hostile_worker_test \
	tests/unit/gateway/guesses_test \
	tests/unit/gateway/locals_test \
	tests/unit/gateway/mailbox_test \
	tests/unit/gateway/msg_test \
	tests/unit/gateway/names_test \
	tests/unit/gateway/nss_test \
	tests/unit/gateway/penalty_test \
	tests/unit/gateway/probes_test \
	tests/unit/gateway/quota_test \
	tests/unit/gateway/registry_test \
	tests/unit/gateway/reply_test \
	tests/unit/gateway/sandbox_test \
	tests/unit/gateway/sources_test \
	tests/unit/gateway/sums_test \
	tests/unit/gateway/times_test \
	tests/unit/gateway/turns_test \
	tests/unit/gateway/waiting_test \
	tests/unit/gateway/warnings_test
check_PROGRAMS += $(gateway_tests)
TESTS += $(gateway_tests)

tests_unit_gateway_account_test_SOURCES = \
	tests/unit/gateway/account_test.c core/gateway/account.c
tests_unit_gateway_account_test_LDADD = $(LDADD) $(CRYPT_LIBS)
tests_unit_gateway_auth_test_SOURCES = \
	tests/unit/gateway/auth_test.c \
	core/gateway/account.c core/gateway/auth.c \
	core/gateway/guesses.c core/gateway/guesses_file.c \
	core/gateway/known.c core/gateway/penalty.c core/gateway/stamp.c
tests_unit_gateway_auth_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_guesses_test_SOURCES = \
	tests/unit/gateway/guesses_test.c \
	core/gateway/guesses.c core/gateway/guesses_file.c \
	core/gateway/known.c core/gateway/penalty.c
tests_unit_gateway_guesses_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_control_test_SOURCES = \
	tests/unit/gateway/control_test.c \
	core/gateway/control_server.c core/gateway/control_socket.c
tests_unit_gateway_control_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_ctl_table_test_SOURCES = \
	tests/unit/gateway/ctl_table_test.c \
	core/gateway/ctl_cell.c core/gateway/ctl_table.c
tests_unit_gateway_ctl_table_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_forbidden_test_SOURCES = \
	tests/unit/gateway/forbidden_test.c tests/plugins/forbidden.h \
	core/gateway/landlock.c core/gateway/sandbox.c
tests_unit_gateway_forbidden_test_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/plugins
tests_unit_gateway_forbidden_test_LDADD = $(LDADD) $(SECCOMP_LIBS)
tests_unit_gateway_hostile_worker_test_SOURCES = \
	tests/unit/gateway/hostile_worker_test.c \
	core/gateway/locals.c $(monitor_sources)
tests_unit_gateway_hostile_worker_test_LDADD = $(LDADD) $(JANSSON_LIBS) \
	$(CRYPT_LIBS) $(CARES_LIBS) $(SECCOMP_LIBS)
tests_unit_gateway_msg_test_SOURCES = \
	tests/unit/gateway/msg_test.c core/gateway/msg.c \
	core/gateway/msg_rights.c core/gateway/stamp.c
tests_unit_gateway_names_test_SOURCES = \
	tests/unit/gateway/names_test.c \
	core/gateway/names.c core/gateway/turns.c
tests_unit_gateway_nss_test_SOURCES = \
	tests/unit/gateway/nss_test.c core/gateway/nss.c
tests_unit_gateway_penalty_test_SOURCES = \
	tests/unit/gateway/penalty_test.c core/gateway/penalty.c
tests_unit_gateway_probes_test_SOURCES = \
	tests/unit/gateway/probes_test.c core/gateway/probes.c
tests_unit_gateway_sources_test_SOURCES = \
	tests/unit/gateway/sources_test.c core/gateway/sources.c
tests_unit_gateway_quota_test_SOURCES = \
	tests/unit/gateway/quota_test.c core/gateway/quota.c
tests_unit_gateway_sums_test_SOURCES = \
	tests/unit/gateway/sums_test.c core/gateway/sums.c
tests_unit_gateway_waiting_test_SOURCES = \
	tests/unit/gateway/waiting_test.c \
	core/gateway/sources.c core/gateway/waiting.c
tests_unit_gateway_warnings_test_SOURCES = \
	tests/unit/gateway/warnings_test.c core/gateway/warnings.c
tests_unit_gateway_warnings_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_sandbox_test_SOURCES = \
	tests/unit/gateway/sandbox_test.c \
	core/gateway/landlock.c core/gateway/sandbox.c
tests_unit_gateway_sandbox_test_LDADD = $(LDADD) $(SECCOMP_LIBS)
tests_unit_gateway_locals_test_SOURCES = \
	tests/unit/gateway/locals_test.c core/gateway/locals.c
tests_unit_gateway_mailbox_test_SOURCES = \
	tests/unit/gateway/mailbox_test.c core/gateway/mailbox.c
tests_unit_gateway_registry_test_SOURCES = \
	tests/unit/gateway/registry_test.c core/gateway/registry.c
tests_unit_gateway_reply_test_SOURCES = \
	tests/unit/gateway/reply_test.c core/gateway/reply.c
tests_unit_gateway_reply_test_LDADD = $(LDADD) $(JANSSON_LIBS)
tests_unit_gateway_times_test_SOURCES = \
	tests/unit/gateway/times_test.c core/gateway/setup_times.c
tests_unit_gateway_turns_test_SOURCES = \
	tests/unit/gateway/turns_test.c core/gateway/turns.c
