/* SPDX-License-Identifier: BSD-2-Clause */
/* packet.h - the first packet of a TCP connection, as the kernel queues it. */
#ifndef ADIT_INTERCEPT_PACKET_H
#define ADIT_INTERCEPT_PACKET_H

#include "base/addr.h"

struct packet_syn {
	struct addr from, to;
	uint32_t seq; /* two tries from one port differ in it, repeats do not */
};

/* Reads an IPv4 or IPv6 packet of n bytes, of which the end may be missing
 * behind its TCP header.  0; or ERR_INVAL, where it is no SYN that asks for
 * a connection. */
MUST_CHECK int packet_read_syn(struct packet_syn *, const uint8_t *p, size_t n);

#endif
