# SPDX-License-Identifier: BSD-2-Clause
# the network of a command that runs under `adit run`
noinst_LIBRARIES += libadit_intercept.a
libadit_intercept_a_SOURCES = \
	core/intercept/back.c core/intercept/back.h \
	core/intercept/entry.c core/intercept/entry.h \
	core/intercept/host_rules.c core/intercept/host_rules.h \
	core/intercept/inner.h \
	core/intercept/netns.c core/intercept/netns.h \
	core/intercept/netns_cure.c \
	core/intercept/netns_mounts.c core/intercept/netns_mounts.h \
	core/intercept/nft.c core/intercept/nft.h \
	core/intercept/nft_expr.c core/intercept/nft_expr.h \
	core/intercept/nl.c core/intercept/nl.h \
	core/intercept/owner.c core/intercept/owner.h \
	core/intercept/packet.c core/intercept/packet.h \
	core/intercept/queue.c core/intercept/queue.h \
	core/intercept/ranges.c core/intercept/ranges.h \
	core/intercept/redirect_msg.c core/intercept/redirect_msg.h \
	core/intercept/rtnl.c core/intercept/rtnl.h \
	core/intercept/run_sockets.c core/intercept/run_sockets.h \
	core/intercept/stub.c core/intercept/stub.h \
	core/intercept/synthetic.c core/intercept/synthetic.h \
	core/intercept/tun.c core/intercept/tun.h
