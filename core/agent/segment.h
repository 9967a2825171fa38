/* SPDX-License-Identifier: BSD-2-Clause */
/* segment.h - small packets to a gateway to which large ones do not get. */
#ifndef ADIT_AGENT_SEGMENT_H
#define ADIT_AGENT_SEGMENT_H

#include "net/blackhole.h"
#include "net/loop.h"

struct uplink;

struct segment {
	ev_timer look;       /* at the connection of now */
	enum blackhole seen; /* on it */
	bool used;           /* small packets are used on it */
	bool small;          /* ... and are on the next one */
	bool helped;         /* small packets stay, since ... */
	bool answered;       /* by ATTACHED, on the one of now */
	uint64_t since_us;
	uint64_t dialled_us;
	uint64_t doubted_us; /* the last likely sign */
};

void segment_init(struct uplink *);
void segment_fini(struct uplink *);
/* A connection is begun.  Returns the TCP_MAXSEG for it, in bytes; 0: the
 * kernel's. */
int segment_dial(struct uplink *);
/* The connection was made, or could not be made.  One that was made is
 * looked at once a second, and ended when its large packets are certain to
 * get lost. */
void segment_dialled(struct uplink *, bool made);
/* The gateway has answered on it. */
void segment_works(struct uplink *);
/* Whether the connection is to be a tunnel and ATTACHED is late. */
bool segment_waited(const struct uplink *);
/* The connection has ended; `silent`: because an answer was missing, from a
 * gateway that had answered on it before. */
void segment_ended(struct uplink *, bool silent);
/* This machine's network is another one. */
void segment_new_network(struct uplink *);

#endif
