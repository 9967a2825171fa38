# SPDX-License-Identifier: BSD-2-Clause
# what all processes of the gateway are made of, the resolver and the password checkers
noinst_LIBRARIES += libadit_process.a
libadit_process_a_SOURCES = \
	core/process/checker.c \
	core/process/child.c core/process/child.h \
	core/process/control_socket.c core/process/control_socket.h \
	core/process/dns.c core/process/dns.h \
	core/process/landlock.c core/process/landlock.h \
	core/process/locals.c core/process/locals.h \
	core/process/mailbox.c core/process/mailbox.h \
	core/process/msg.c core/process/msg.h \
	core/process/msg_rights.c core/process/msg_rights.h \
	core/process/names.c core/process/names.h \
	core/process/nss.c core/process/nss.h \
	core/process/privs.c core/process/privs.h \
	core/process/reply.c core/process/reply.h \
	core/process/resolver.c \
	core/process/sandbox.c core/process/sandbox.h \
	core/process/sanitized.h \
	core/process/stamp.c core/process/stamp.h \
	core/process/terminal.c core/process/terminal.h \
	core/process/turns.c core/process/turns.h \
	core/process/warnings.c core/process/warnings.h \
	core/process/why.c core/process/why.h
