/* SPDX-License-Identifier: BSD-2-Clause */
/* race.h - connects by TCP to the first of several addresses that answers.
 *
 * While one address is silent, the next one is tried beside it (RFC 8305, Happy
 * Eyeballs).
 *
 *   address 0  SYN ......... SYN ................... SYN ...
 *   address 1       SYN ......... connected: done
 *              0    0.25 s
 *
 * Up to RACE_LANES attempts are under way at once, or one if descriptors are
 * short.  Each of them may take as long as TCP itself tries, or 5 s if an
 * address that was not tried yet needs its lane. */
#ifndef ADIT_NET_RACE_H
#define ADIT_NET_RACE_H

#include "base/addr.h"
#include "net/loop.h"

#include <stdbool.h>

enum { RACE_ADDRS = 32, RACE_LANES = 4 };

struct race;
struct race_ops {
	/* Whether addr[at] may be connected to: asked before the attempt, and
	 * again when it has succeeded.  NULL: all may. */
	bool (*may)(struct race *, unsigned at);
	/* The attempt with addr[at] has failed with this errno. */
	void (*failed)(struct race *, unsigned at, int error);
	/* Now n attempts are under way, or would be with one more: false if
	 * that one must wait until another has ended.  NULL: always true. */
	bool (*lanes)(struct race *, unsigned n);
	/* The last call, which may free the race: fd is connected to addr[at],
	 * and belongs to the callee; or it is -1, and no address is left. */
	void (*done)(struct race *, int fd, unsigned at);
};

/* One attempt. */
struct race_lane {
	struct race *race;
	int fd;            /* -1: the lane is free */
	unsigned at;       /* its place in race.addr */
	uint64_t since_us; /* when it began */
	ev_io connected;
};

struct race {
	struct loop *loop;
	const struct race_ops *ops;
	struct addr addr[RACE_ADDRS];
	unsigned n;
	bool prompt;       /* `done` may come before race_run returns */
	int segment;       /* bytes, for TCP_MAXSEG; 0: the system decides */
	uint32_t left;     /* bit i: addr[i] was not tried yet */
	uint64_t begun_us; /* when the latest attempt began */
	uint64_t last_us;  /* timeout of the last one; 0: that of TCP */
	struct race_lane lane[RACE_LANES];
	ev_timer next_due; /* another address is left, and it is its turn */
	ev_timer end_due;  /* none is left, and the last attempt had its
			    * time: all that are under way end */
};

void race_init(struct race *, struct loop *, const struct race_ops *);
/* Adds an address behind the others, also while these are under way.  Addresses
 * beyond RACE_ADDRS are left out. */
void race_add(struct race *, const struct addr *);
/* Tries the addresses that are left; `done` follows, perhaps before this
 * returns: if none may be tried, or with `prompt` if one is of this machine.
 * Called again after `done`, it goes on with the remaining ones. */
void race_run(struct race *);
bool race_is_running(const struct race *);
/* Ends all attempts and forgets the addresses; no callback follows. */
void race_drop(struct race *);

/* Sorts n addresses so that IPv6 and IPv4 take turns, beginning with the family
 * of the first one.  Within a family the order stays (RFC 8305, 4). */
void race_interleave(struct addr *, unsigned n);

#endif
