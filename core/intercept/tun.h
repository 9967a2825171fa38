/* SPDX-License-Identifier: BSD-2-Clause */
/* tun.h - a network device that carries routes and nothing else: what is sent to
 * it is caught before it gets there.  Device, address and routes go with its
 * descriptor. */
#ifndef ADIT_INTERCEPT_TUN_H
#define ADIT_INTERCEPT_TUN_H

#include "base/defs.h"

#include <stdint.h>

/* A new device in the network of this process, which is still down.  -1 with
 * errno.  *index: its number. */
MUST_CHECK int tun_open(uint32_t *index);
/* It goes up, has the address INNER_IPV4, and is the way to SYNTHETIC_NET, where
 * the `number`s of agents on one machine differ.  0, or ERR_SYS with errno. */
MUST_CHECK int tun_up(int netlink, uint32_t index, unsigned number);

#endif
