# SPDX-License-Identifier: BSD-2-Clause

# commands, configuration, the daemon
adit_SOURCES += \
	core/agent/background.c core/agent/background.h \
	core/agent/cli.h \
	core/agent/cli_fail.c \
	core/agent/cmd_ask.c \
	core/agent/cmd_links.c \
	core/agent/cmd_list.c \
	core/agent/cmd_ranges.c \
	core/agent/cmd_status.c \
	core/agent/cmd_table.c \
	core/agent/cmd_up.c \
	core/agent/commands.c core/agent/commands.h \
	core/agent/conf.c core/agent/conf.h \
	core/agent/conf_check.c \
	core/agent/conf_diff.c \
	core/agent/conf_parts.h \
	core/agent/conf_paths.c \
	core/agent/control_client.c core/agent/control_client.h \
	core/agent/control_find.c core/agent/control_find.h \
	core/agent/control_server.c core/agent/control_server.h \
	core/agent/control_socket.c core/agent/control_socket.h \
	core/agent/daemon.c core/agent/daemon.h \
	core/agent/lock.c core/agent/lock.h \
	core/agent/main.c \
	core/agent/offer.c \
	core/agent/password.c core/agent/password.h \
	core/agent/password_command.c \
	core/agent/proxy.c core/agent/proxy.h core/agent/proxy_talk.c

man_MANS += docs/man/adit.1 docs/man/adit.ini.5

# the agent
adit_SOURCES += \
	core/agent/addresses.c core/agent/addresses.h \
	core/agent/agent.c core/agent/agent.h \
	core/agent/announced.c core/agent/announced.h \
	core/agent/dial.c core/agent/dial.h \
	core/agent/expect.c \
	core/agent/flow.c core/agent/flow.h \
	core/agent/holds.c core/agent/holds.h \
	core/agent/inside.h \
	core/agent/link.c \
	core/agent/login.c \
	core/agent/maps.c \
	core/agent/network.c core/agent/network.h \
	core/agent/owner.c core/agent/owner.h \
	core/agent/point.c core/agent/point.h \
	core/agent/port_move.c core/agent/port_move.h \
	core/agent/reconnect.c \
	core/agent/reload.c \
	core/agent/refusals.c core/agent/refusals.h \
	core/agent/resources.c \
	core/agent/reverse.c \
	core/agent/segment.c core/agent/segment.h \
	core/agent/socks.c \
	core/agent/socks_parse.c core/agent/socks_parse.h \
	core/agent/slice.c \
	core/agent/status.c \
	core/agent/verdict.c
