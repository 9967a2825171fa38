/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.h - a loopback address for each name, the same one every time. */
#ifndef ADIT_AGENT_ADDRESSES_H
#define ADIT_AGENT_ADDRESSES_H

#include "base/addr.h"
#include "base/defs.h"

struct addresses {
	struct net net;
	const char *user;               /* kept by reference */
	char *path;                     /* the file that remembers; NULL: none */
	struct address_line {
		char *name;
		struct addr at;         /* port 0 */
		bool asked;             /* for by this process */
	} *lines;                       /* the oldest first */
	size_t n;
	bool changed;                   /* since it was read or saved */
};

/* Reads dir/addresses if it is there; what it cannot use, it forgets.  0 or
 * ERR_NOMEM. */
MUST_CHECK int addresses_init(struct addresses *, const char *dir,
			      const struct net *net, const char *user);
void addresses_fini(struct addresses *);

/* The address of a name: remembered, or made from user and name, and no other
 * name's.  Where all are taken, names make way that nobody asked for.  0,
 * ERR_NOMEM, ERR_LIMIT (the network is full). */
MUST_CHECK int addresses_get(struct addresses *, const char *name,
			     struct addr *at);
/* That one is taken by somebody else: the next one from now on. */
MUST_CHECK int addresses_next(struct addresses *, const char *name,
			      struct addr *at);
/* Writes the file, in one step, if there is news.  Logs a failure; nothing
 * depends on it. */
void addresses_save(struct addresses *);

#endif
