/* SPDX-License-Identifier: BSD-2-Clause */
/* netns.h - a process gives itself a network of its own, of which an agent
 * gets every connection; for the process that becomes the command of `adit
 * run`. */
#ifndef ADIT_INTERCEPT_NETNS_H
#define ADIT_INTERCEPT_NETNS_H

#include "base/defs.h"
#include "intercept/nft.h"

#include <stdbool.h>

enum { NETNS_WHY = 600 };

struct netns {
	/* An empty folder: from then on only this process tree sees what is
	 * in it, and the agent sees by it when the tree has ended. */
	const char *folder;
	enum nft_hold hold; /* tried first; filled: what this kernel has.  One
			     * that it has not costs 10 ms, a try of the
			     * kernel to load a module */
	bool early;         /* see nft.h */
	/* filled: */
	bool user;           /* it has a user namespace too */
	bool ipv6;           /* this kernel has it */
	char why[NETNS_WHY]; /* where it fails: what is wrong, and the cure */
};

/* From then on the calling process, of one thread, has namespaces of its own
 * for users (root does not need it), network and mounts, with its own user
 * and group in them, and all that nft.h and rtnl.h make.  Programs that it
 * executes have no more rights than before.  0, or ERR_SYS with why[]; then
 * it must end. */
MUST_CHECK int netns_enter(struct netns *);

/* ---- netns_cure.c -------------------------------------------------------- */

/* What the system says to it that ordinary users make namespaces. */
struct netns_refusal {
	int error;        /* errno */
	bool made;        /* they were made, and are of no use */
	const char *root; /* "", or a folder that is taken for / */
};
/* A sentence with the cure, for people, into dst[cap]. */
void netns_cure(const struct netns_refusal *, char *dst, size_t cap);

#endif
