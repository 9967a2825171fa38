# SPDX-License-Identifier: BSD-2-Clause
# commands, the control socket, the daemon; tests have them too
noinst_LIBRARIES += libadit_adit.a
libadit_adit_a_SOURCES = \
	core/adit/agent_call.c core/adit/agent_call.h \
	core/adit/agent_control.c core/adit/agent_control.h \
	core/adit/background.c core/adit/background.h \
	core/adit/background_ask.c \
	core/adit/cli.h \
	core/adit/cli_fail.c \
	core/adit/cli_login.c \
	core/adit/cli_table.c \
	core/adit/cmd_ask.c \
	core/adit/cmd_confirm.c \
	core/adit/cmd_env.c \
	core/adit/cmd_links.c \
	core/adit/cmd_list.c \
	core/adit/cmd_open.c \
	core/adit/cmd_passwd.c \
	core/adit/cmd_publish.c \
	core/adit/cmd_run.c \
	core/adit/cmd_status.c \
	core/adit/cmd_up.c \
	core/adit/cmd_why.c \
	core/adit/commands.c core/adit/commands.h \
	core/adit/daemon.c core/adit/daemon.h \
	core/adit/lock.c core/adit/lock.h \
	core/adit/offer.c \
	core/adit/open_link.c core/adit/open_link.h \
	core/adit/password.c core/adit/password.h \
	core/adit/password_command.c

adit_SOURCES += core/adit/main.c

man_MANS += docs/man/adit.1 docs/man/adit.ini.5
