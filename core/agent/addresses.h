/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.h - a loopback address for each name, the same one every time. */
#ifndef ADIT_AGENT_ADDRESSES_H
#define ADIT_AGENT_ADDRESSES_H

#include "agent/conf.h"
#include "base/siphash.h"

struct addresses {
	struct net net;
	const struct agent_conf *conf; /* kept by reference */
	struct name_list names;        /* of the gateway that has them */
	struct sip_key salt;
	char *path; /* the file that remembers; NULL: none */
	struct address_line {
		char *name;
		const char *gateway; /* one of names */
		struct addr at;      /* port 0 */
		bool asked;          /* for by this process */
	} * lines;                   /* the oldest first */
	size_t n;
	struct addr *others; /* of other agents and gateways */
	size_t nothers;
	bool changed; /* since it was read or saved */
};

/* Those of the gateway conf->gateways.item[at].  Reads the file `addresses` in the
 * state folder if it is there; what it cannot use, it forgets.  0, ERR_NOMEM,
 * ERR_SYS; addresses_fini is needed in any case. */
MUST_CHECK int addresses_init(struct addresses *, const struct agent_conf *conf,
			      size_t at);
void addresses_fini(struct addresses *);
/* Whether it is the gateway that they were made for, or one that stands for it. */
bool addresses_are_of(const struct addresses *, const struct agent_conf *conf,
		      size_t at);

/* The address of a name: remembered, or made from the salt, the gateway and the
 * name, and no other name's, agent's or gateway's.  Where all are taken, names make
 * way that nobody asked for.  0, ERR_NOMEM, ERR_LIMIT (the network is full). */
MUST_CHECK int addresses_get(struct addresses *, const char *name,
			     struct addr *at);
/* That one is taken by somebody else: the next one that is free.  0, ERR_LIMIT. */
MUST_CHECK int addresses_next(struct addresses *, struct addr *at);
/* It is that name's from now on. */
void addresses_keep(struct addresses *, const char *name,
		    const struct addr *at);
/* Writes the file, in one step, if there is news: own lines anew, those of other
 * agents as they are, as long as their configuration is there, and of gateways of
 * before.  Logs a failure; nothing depends on it. */
void addresses_save(struct addresses *);

#endif
