/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.h - a loopback address for each name, the same one every time. */
#ifndef ADIT_AGENT_ADDRESSES_H
#define ADIT_AGENT_ADDRESSES_H

#include "agent/conf.h"

struct addresses {
	struct net net;
	const struct agent_conf *conf;  /* kept by reference */
	char *path;                     /* the file that remembers; NULL: none */
	struct address_line {
		char *name;
		struct addr at;         /* port 0 */
		bool asked;             /* for by this process */
		bool is_old;            /* nobody's: an older adit wrote it */
	} *lines;                       /* the oldest first */
	size_t n;
	struct addr *others;            /* of the user's other agents */
	size_t nothers;
	bool changed;                   /* since it was read or saved */
};

/* Reads the file `addresses` in the state folder if it is there; what it cannot
 * use, it forgets.  0 or ERR_NOMEM. */
MUST_CHECK int addresses_init(struct addresses *, const struct agent_conf *);
void addresses_fini(struct addresses *);

/* The address of a name: remembered, or made from user and name, and no other
 * name's or agent's.  Where all are taken, names make way that nobody asked
 * for.  0, ERR_NOMEM, ERR_LIMIT (the network is full). */
MUST_CHECK int addresses_get(struct addresses *, const char *name,
			     struct addr *at);
/* That one is taken by somebody else: the next one that is free.  0, ERR_LIMIT. */
MUST_CHECK int addresses_next(struct addresses *, struct addr *at);
/* It is that name's from now on. */
void addresses_keep(struct addresses *, const char *name,
		    const struct addr *at);
/* Writes the file, in one step, if there is news: own lines anew, those of other
 * agents as they are, as long as their configuration is there.  Logs a failure;
 * nothing depends on it. */
void addresses_save(struct addresses *);

#endif
