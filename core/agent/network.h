/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - what happens to this machine's network, and what becomes of the
 * way to a gateway. */
#ifndef ADIT_AGENT_NETWORK_H
#define ADIT_AGENT_NETWORK_H

#include "base/addr.h"
#include "net/loop.h"

struct mnl_socket;
struct nlmsghdr;

/* How packets go from one address to another. */
struct network_way {
	struct addr from, to;
	unsigned device; /* index of the interface; 0: no way */
};

enum network_news {
	NETWORK_NONE,   /* nothing that matters */
	NETWORK_CHANGE, /* a way may be gone */
	NETWORK_CAME,   /* there may be a way to what was out of reach */
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

/* `changed` is called soon after the network has changed, but not twice
 * within half a second.  0; or a negative error: changes will not be
 * noticed, and the other functions still work. */
int network_init(struct network *, struct loop *,
		 void (*changed)(struct network *, enum network_news));
void network_fini(struct network *);

/* The way of a connected socket's packets at this moment; device 0 where the
 * kernel does not say. */
struct network_way network_way(struct network *, int fd);
/* Whether packets that went by `before` have no way now, or leave by another
 * interface, where answers to their source address do not arrive. */
bool network_is_cut(struct network *, const struct network_way *before);

/* What one message of rtnetlink means. */
enum network_news network_news_of(const struct nlmsghdr *);

#endif
