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
	bool used;           /* small packets, on it */
	bool small;          /* ... and on the next one */
	bool helped;         /* they did, so they stay, since ... */
	bool answered;       /* by ATTACHED, on the one of now */
	uint64_t since_us;
	uint64_t dialled_us;
	uint64_t doubted_us; /* the last likely sign */
};

void segment_init(struct uplink *);
void segment_fini(struct uplink *);
/* A connection is begun.  TCP_MAXSEG for it; 0: what the network says. */
int segment_dial(struct uplink *);
/* It is made: it is looked at once a second, and ended where its packets get
 * lost for certain.  Or it could not be made. */
void segment_dialled(struct uplink *, bool made);
/* The gateway has answered on it. */
void segment_works(struct uplink *);
/* It is to be a tunnel, and ATTACHED did not come at once. */
bool segment_waited(const struct uplink *);
/* It has ended; `silent`: an answer was missing, of a gateway that had given some
 * on it. */
void segment_ended(struct uplink *, bool silent);
/* This machine's network is another one. */
void segment_new_network(struct uplink *);

#endif
