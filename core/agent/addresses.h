/* SPDX-License-Identifier: BSD-2-Clause */
/* addresses.h - a loopback address for each name, the same one every time. */
#ifndef ADIT_AGENT_ADDRESSES_H
#define ADIT_AGENT_ADDRESSES_H

#include "agent/conf.h"
#include "base/siphash.h"

struct addresses {
	struct net net;
	const struct agent_conf *conf; /* kept by reference */
	struct name_list names; /* HOST:PORTs or server_name of the gateway */
	struct sip_key salt;
	char *path; /* the file that remembers; NULL: none */
	struct address_line {
		char *name;
		const char *gateway; /* one of names */
		struct addr at;      /* port 0 */
		bool asked;          /* by this process, since its start */
	} * lines;                   /* the oldest first */
	size_t n;
	struct addr *others; /* of other agents and gateways */
	size_t nothers;
	bool changed; /* since it was read or saved */
};

/* The addresses of the gateway conf->gateways.item[at], as the file
 * `addresses` in the state folder remembers them; lines that cannot be used
 * are dropped.  `conf` is kept by reference.  0, ERR_NOMEM or ERR_SYS;
 * addresses_fini is needed in any case. */
MUST_CHECK int addresses_init(struct addresses *, const struct agent_conf *conf,
			      size_t at);
void addresses_fini(struct addresses *);
/* Whether they were made for the gateway conf->gateways.item[at], or for one
 * of the same list, whose gateways stand for each other. */
bool addresses_are_of(const struct addresses *, const struct agent_conf *conf,
		      size_t at);

/* The address of a name, with port 0: the remembered one, or a free one that
 * is computed from the salt, the gateway and the name.  Where the network is
 * full, names that this process was not asked for lose theirs.  0,
 * ERR_NOMEM, or ERR_LIMIT: no address is free. */
MUST_CHECK int addresses_get(struct addresses *, const char *name,
			     struct addr *at);
/* Another program listens at *at: replaces it by the next free address.  0, or
 * ERR_LIMIT: no other one is free. */
MUST_CHECK int addresses_next(struct addresses *, struct addr *at);
/* The i-th port to try for something of this name: always the same, computed
 * from the salt, and known to nobody who does not know that. */
uint16_t addresses_port(const struct addresses *, const char *name, unsigned i);
/* Remembers *at as the address of this name from now on. */
void addresses_keep(struct addresses *, const char *name,
		    const struct addr *at);
/* Writes the file, in one step, if something has changed.  Lines of other
 * agents whose configuration still exists stay as they are, and so do those
 * of gateways that this agent used before.  A failure is only logged: names
 * may then get other addresses after the next start. */
void addresses_save(struct addresses *);

#endif
