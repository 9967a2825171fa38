/* SPDX-License-Identifier: BSD-2-Clause */
/* blackhole.h - signs that large packets of a TCP connection vanish on their
 * way while small ones arrive: a path MTU black hole (RFC 2923, 2.1). */
#ifndef ADIT_NET_BLACKHOLE_H
#define ADIT_NET_BLACKHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A TCP segment size in bytes that passes nearly all networks, with 1.6 % more
 * overhead than on an Ethernet.  Linux falls back to the same size (sysctl
 * net.ipv4.tcp_base_mss). */
enum { BLACKHOLE_SEGMENT = 1024 };

enum blackhole {
	BLACKHOLE_NONE,
	/* The peer has acknowledged everything.  If its answer is missing, the
	 * peer may have the black hole in its direction. */
	BLACKHOLE_DELIVERED,
	/* A large packet does not arrive; perhaps no packet does. */
	BLACKHOLE_LIKELY,
	/* A large packet does not arrive, and smaller ones do. */
	BLACKHOLE_CERTAIN,
};

struct blackhole_signs {
	uint32_t repeats;   /* times that the oldest packet was sent again */
	uint32_t sacked;    /* packets behind that one that have arrived */
	uint32_t silent_ms; /* since the last bytes came from the peer */
	uint32_t rtt_ms;    /* round trip time */
	size_t unacked;     /* bytes that the peer has not acknowledged */
	size_t unread;      /* bytes that can be read from the socket */
	size_t held;        /* bytes of kernel memory for all that has come */
};

enum blackhole blackhole_of(const struct blackhole_signs *);
/* Reads the signs of a connected TCP socket and judges them. */
enum blackhole blackhole_look(int fd);
/* Whether any packet of a TCP socket, SYN included, was sent again. */
bool blackhole_repeated(int fd);

#endif
