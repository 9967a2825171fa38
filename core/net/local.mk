# SPDX-License-Identifier: BSD-2-Clause
libadit_core_a_SOURCES += \
	core/net/attach.c core/net/attach.h \
	core/net/blackhole.c core/net/blackhole.h \
	core/net/conn.c core/net/conn.h \
	core/net/flight.c core/net/flight.h \
	core/net/loop.c core/net/loop.h \
	core/net/notify.c core/net/notify.h \
	core/net/now.c \
	core/net/options.c core/net/options.h \
	core/net/race.c core/net/race.h \
	core/net/relay.c core/net/relay.h \
	core/net/sock.c core/net/sock.h \
	core/net/tunnel.c core/net/tunnel.h \
	core/net/watch.c core/net/watch.h
