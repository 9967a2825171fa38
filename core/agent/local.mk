# SPDX-License-Identifier: BSD-2-Clause
# the agent: tunnel, listeners, SOCKS
noinst_LIBRARIES += libadit_agent.a
libadit_agent_a_SOURCES = \
	core/agent/addresses.c core/agent/addresses.h \
	core/agent/agent.c core/agent/agent.h \
	core/agent/announced.c core/agent/announced.h \
	core/agent/check.c core/agent/check.h \
	core/agent/conf.c core/agent/conf.h \
	core/agent/conf_check.c \
	core/agent/conf_diff.c \
	core/agent/conf_parts.h \
	core/agent/conf_paths.c \
	core/agent/conf_publish.c \
	core/agent/confirm.c core/agent/confirm.h \
	core/agent/covered.c core/agent/covered.h \
	core/agent/dns.c core/agent/dns.h \
	core/agent/domains.c core/agent/domains.h \
	core/agent/expect.c core/agent/expect.h \
	core/agent/expect_own.c core/agent/expect_own.h \
	core/agent/flow.c core/agent/flow.h \
	core/agent/gateway_tls.c core/agent/gateway_tls.h \
	core/agent/uplink_identity.c \
	core/agent/holds.c core/agent/holds.h \
	core/agent/http_connect.c core/agent/http_connect.h \
	core/agent/http_pass.c core/agent/http_pass.h \
	core/agent/inside.h \
	core/agent/listener.c core/agent/listener.h \
	core/agent/maps.c core/agent/maps.h \
	core/agent/network.c core/agent/network.h \
	core/agent/pac.c core/agent/pac.h \
	core/agent/passwd.c core/agent/passwd.h \
	core/agent/port_move.c core/agent/port_move.h \
	core/agent/ports.c core/agent/ports.h \
	core/agent/publish.c core/agent/publish.h \
	core/agent/refusals.c core/agent/refusals.h \
	core/agent/reload.c \
	core/agent/resources.c core/agent/resources.h \
	core/agent/reverse.c core/agent/reverse.h \
	core/agent/segment.c core/agent/segment.h \
	core/agent/slice.c \
	core/agent/socks.c core/agent/socks.h \
	core/agent/status.c \
	core/agent/talk.c core/agent/talk.h \
	core/agent/uplink.c core/agent/uplink.h \
	core/agent/uplink_connect.c \
	core/agent/uplink_dial.c core/agent/uplink_dial.h \
	core/agent/uplink_login.c \
	core/agent/uplink_parts.h \
	core/agent/uplink_retry.c \
	core/agent/verdict.c core/agent/verdict.h \
	core/agent/why.c
