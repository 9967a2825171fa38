/* SPDX-License-Identifier: BSD-2-Clause */
/* race.h - a TCP connection to the first of several addresses that answers: beside
 * one that is silent the next one is tried (RFC 8305).
 *
 *   address 0  SYN ......... SYN ................... SYN ...
 *   address 1       SYN ......... connected: done
 *              0    0.25 s
 *
 * As many as RACE_LANES are under way at once, or one where descriptors are short.
 * Each of them has all the time that TCP itself takes, or 5 s where an address that
 * was not tried yet needs its place. */
#ifndef ADIT_NET_RACE_H
#define ADIT_NET_RACE_H

#include "base/addr.h"
#include "net/loop.h"

#include <stdbool.h>

enum { RACE_ADDRS = 32, RACE_LANES = 4 };

struct race;
struct race_ops {
	/* Whether this one may be connected to: asked before it is, and again
	 * when it has answered.  NULL: all may. */
	bool (*may)(struct race *, unsigned at);
	void (*failed)(struct race *, unsigned at, int error);
	/* So many attempts are under way, or would be with one more: false if
	 * it must wait until one of them has ended.  NULL: it need not. */
	bool (*lanes)(struct race *, unsigned n);
	/* The last call, which may free the race: connected to `at`, or fd is
	 * -1 and no address is left. */
	void (*done)(struct race *, int fd, unsigned at);
};

struct race_lane {
	struct race *race;
	int fd; /* -1: free */
	unsigned at;
	uint64_t since_us;
	ev_io connected;
};

struct race {
	struct loop *loop;
	const struct race_ops *ops;
	struct addr addr[RACE_ADDRS];
	unsigned n;
	int segment;       /* TCP_MAXSEG; 0: of the network */
	uint32_t left;     /* bits: addresses not tried yet */
	uint64_t begun_us; /* the latest attempt */
	uint64_t last_us;  /* for the last one; 0: TCP's own time */
	struct race_lane lane[RACE_LANES];
	ev_timer due; /* the next address, or the end */
};

void race_init(struct race *, struct loop *, const struct race_ops *);
/* Behind the others, also while they are under way; those that are too many are
 * left out. */
void race_add(struct race *, const struct addr *);
/* Tries the addresses that are left; `done` follows, perhaps from inside.
 * After `done`, goes on with those that were not needed. */
void race_run(struct race *);
bool race_is_running(const struct race *);
/* No call any more; it has no addresses then. */
void race_drop(struct race *);

/* IPv6 and IPv4 in turn, beginning with the family of the first; otherwise
 * their order stays. */
void race_interleave(struct addr *, unsigned n);

#endif
