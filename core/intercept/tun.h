/* SPDX-License-Identifier: BSD-2-Clause */
/* tun.h - a network device that carries routes and nothing else: what is sent
 * to it is caught before it gets there.  Device, address and routes go with its
 * descriptor. */
#ifndef ADIT_INTERCEPT_TUN_H
#define ADIT_INTERCEPT_TUN_H

#include "base/addr.h"
#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

/* A new device in the network of this process, which is still down.  -1 with
 * errno.  *index: its number. */
MUST_CHECK int tun_open(uint32_t *index);
struct tun_route {
	uint32_t index;  /* of the device */
	unsigned number; /* no two agents of one machine have the same */
	struct net net;
};

/* The device goes up, and has the addresses INNER_IPV4 and, where the machine
 * has IPv6, INNER_IPV6.  0, or ERR_SYS with errno. */
MUST_CHECK int tun_up(int netlink, uint32_t index);
/* Makes it the way to a network.  0, or ERR_SYS with errno. */
MUST_CHECK int tun_add(int netlink, const struct tun_route *);
/* It is no way there any more, if it was one. */
void tun_remove(int netlink, const struct tun_route *);
/* Whether the kernel has no way to a network, a default route included. */
bool tun_is_needed(int netlink, const struct net *);

#endif
