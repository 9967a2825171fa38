# SPDX-License-Identifier: BSD-2-Clause
# the front of the worker: handshakes and logins
noinst_LIBRARIES += libadit_front.a
libadit_front_a_SOURCES = \
	core/front/drain.c \
	core/front/front.c core/front/front.h \
	core/front/front_codes.c \
	core/front/front_control.c \
	core/front/front_handover.c core/front/front_handover.h \
	core/front/front_handover_receive.c \
	core/front/front_handover_send.c \
	core/front/front_listeners.c core/front/front_tell.c \
	core/front/login.c \
	core/front/page_relay.c core/front/page_relay.h \
	core/front/preauth.c core/front/preauth.h \
	core/front/probes.c core/front/probes.h \
	core/front/proxy_header.c core/front/proxy_header.h \
	core/front/registry.c core/front/registry.h \
	core/front/rights.c core/front/rights.h \
	core/front/sources.c core/front/sources.h \
	core/front/waiting.c core/front/waiting.h \
	core/front/watchdog.c core/front/watchdog.h \
	core/front/worker_main.c core/front/worker_main.h
