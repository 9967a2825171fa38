/* SPDX-License-Identifier: BSD-2-Clause */
/* back.h - connections of servers back to a program of this user, which is to
 * see the server's own address. */
#ifndef ADIT_INTERCEPT_BACK_H
#define ADIT_INTERCEPT_BACK_H

#include "intercept/owner.h"
#include "intercept/packet.h"

enum { BACKS = 256 }; /* the last ones that were announced */

struct back {
	struct addr from, to; /* of the packet, as it is sent */
	struct addr as;       /* the server's, for the program */
	bool taken;           /* its packet has come */
};

struct backs {
	struct owner_check owner;
	struct back item[BACKS];
	unsigned next; /* the place of the oldest one */
};

/* 0, or ERR_SYS with errno. */
MUST_CHECK int backs_init(struct backs *);
/* The agent is about to connect so. */
void backs_announce(struct backs *, const struct back *);
enum back_says {
	BACK_NONE,   /* was not announced */
	BACK_DENIED, /* nobody, or another user, listens there */
	BACK_GOOD,   /* *as is filled */
};
/* What becomes of this packet.  The port of *as is 0 where that of the server
 * may still be in use by an earlier connection to the same place, or where the
 * packet is a repeat, since the first one may have failed for that. */
enum back_says backs_take(struct backs *, const struct packet_syn *,
			  struct addr *as);

#endif
