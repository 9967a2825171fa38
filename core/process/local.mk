# SPDX-License-Identifier: BSD-2-Clause
# what all processes of the gateway are made of
noinst_LIBRARIES += libadit_process.a
libadit_process_a_SOURCES = \
	core/process/child.c core/process/child.h \
	core/process/conf_bundle.c core/process/conf_bundle.h \
	core/process/landlock.c core/process/landlock.h \
	core/process/locals.c core/process/locals.h \
	core/process/log_entry.c core/process/log_entry.h \
	core/process/log_receiver.c core/process/log_receiver.h \
	core/process/log_relay.c core/process/log_relay.h \
	core/process/mailbox.c core/process/mailbox.h \
	core/process/metric_times.c core/process/metric_times.h \
	core/process/metrics.c core/process/metrics.h \
	core/process/msg.c core/process/msg.h \
	core/process/msg_certificate.c core/process/msg_certificate.h \
	core/process/msg_pam.c core/process/msg_pam.h \
	core/process/msg_rights.c core/process/msg_rights.h \
	core/process/msg_code.c core/process/msg_code.h \
	core/process/msg_page.c core/process/msg_page.h \
	core/process/msg_type.h \
	core/process/privs.c core/process/privs.h \
	core/process/reply.c core/process/reply.h \
	core/process/sandbox.c core/process/sandbox.h \
	core/process/sanitized.h \
	core/process/stamp.c core/process/stamp.h \
	core/process/terminal.c core/process/terminal.h \
	core/process/user_use.c core/process/user_use.h \
	core/process/warnings.c core/process/warnings.h \
	core/process/why.c core/process/why.h
