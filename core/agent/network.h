/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - what happens to this machine's network, and what becomes of the
 * way to a gateway. */
#ifndef ADIT_AGENT_NETWORK_H
#define ADIT_AGENT_NETWORK_H

#include "base/addr.h"
#include "net/loop.h"

struct mnl_socket;
struct nlmsghdr;

/* How the kernel sends from one address to another. */
struct network_way {
	struct addr from, to;
	unsigned device; /* the packets leave by it; 0: none do */
};

enum network_news {
	NETWORK_NONE, /* of no concern to anybody */
	NETWORK_CHANGE,
	NETWORK_CAME, /* what was out of reach may not be now */
};

struct network {
	struct loop *loop;
	struct mnl_socket *events, *questions;
	ev_io io;
	ev_timer settle;
	uint64_t told_us;
	enum network_news news; /* not yet told */
	uint32_t seq;
	void (*changed)(struct network *, enum network_news);
};

/* `changed` is called soon after something has changed, but not twice within
 * half a second.  An error: changes are not noticed, all else goes on. */
int network_init(struct network *, struct loop *,
		 void (*changed)(struct network *, enum network_news));
void network_fini(struct network *);

/* Of a connected socket, now.  Where the kernel cannot be asked: device 0. */
struct network_way network_way(struct network *, int fd);
/* Packets of a connection that went by `before` go nowhere now, or by another
 * device, where an answer to their address does not arrive. */
bool network_is_cut(struct network *, const struct network_way *before);

/* What one message of rtnetlink means. */
enum network_news network_news_of(const struct nlmsghdr *);

#endif
