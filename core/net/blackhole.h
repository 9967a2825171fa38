/* SPDX-License-Identifier: BSD-2-Clause */
/* blackhole.h - signs that large packets of a TCP connection vanish on their
 * way while small ones arrive: a path MTU black hole (RFC 2923, 2.1). */
#ifndef ADIT_NET_BLACKHOLE_H
#define ADIT_NET_BLACKHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* TCP segments that pass nearly everywhere, and cost 1.6 % more header than
 * those of an Ethernet.  Linux falls back to the same (tcp_base_mss). */
enum { BLACKHOLE_SEGMENT = 1024 };

enum blackhole {
	BLACKHOLE_NONE,
	/* All that was sent has arrived: a sign if an answer is missing. */
	BLACKHOLE_DELIVERED,
	BLACKHOLE_LIKELY, /* or nothing arrives at all */
	BLACKHOLE_CERTAIN,
};

struct blackhole_signs {
	uint32_t repeats;   /* of the oldest packet without an ACK */
	uint32_t sacked;    /* packets that arrived behind it */
	uint32_t silent_ms; /* since bytes in order came */
	uint32_t rtt_ms;
	size_t unacked; /* bytes sent, and those to be sent */
	size_t unread;  /* bytes in order, not read */
	size_t held;    /* memory of all that came */
};

enum blackhole blackhole_of(const struct blackhole_signs *);
/* The same of a connected socket. */
enum blackhole blackhole_look(int fd);
/* Some packet of a socket, SYN included, had to be sent again. */
bool blackhole_repeated(int fd);

#endif
