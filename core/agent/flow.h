/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.h - a connection of an application, and its channel to the gateway. */
#ifndef ADIT_AGENT_FLOW_H
#define ADIT_AGENT_FLOW_H

#include "agent/announced.h"
#include "agent/listener.h"
#include "agent/refusals.h"
#include "net/relay.h"

enum { SPARES = 4 }; /* ports offered in one OPEN */

struct flow;
struct flow_user;
struct flow_user_ops {
	/* The gateway has connected. */
	void (*opened)(struct flow *);
	/* The channel has ended (enum reason; `text` or NULL), and the flow is freed
	 * after this call. */
	void (*closed)(struct flow *, struct flow_user *, unsigned reason,
		       const char *text);
};

/* What waits for a flow to open, embedded in a SOCKS5 client, a connection in
 * reverse or a question about a map. */
struct flow_user {
	const struct flow_user_ops *ops;
};

/* A connection of an application, or to one. */
struct flow {
	struct relay relay;
	struct list node; /* agent.flows */
	struct agent *agent;
	struct addr app, shown;      /* its own address, the one it dialled */
	bool real;                   /* `shown` is not an address for it */
	bool leads;                  /* its protocol leads to further ones */
	int spare[SPARES];           /* bound, not listening; -1: none */
	struct list listeners;       /* listeners of expectations */
	struct flow_user *user;      /* waits for it to open; or NULL */
	bool asks_only;              /* whether one would be let through */
	struct aim *aim;             /* until it is open; or NULL */
	struct announced *announced; /* ports, by the application; or NULL */
	pid_t holder;                /* of its socket, found last; or 0 */
	unsigned searches;           /* now: what comes for it waits */
	unsigned fruitless;          /* searches for it, since then: */
	uint64_t fruitless_us;
};

/* In agent.flows until flow_free.  NULL: no memory. */
struct flow *flow_new(struct agent *);
void flow_free(struct flow *);

struct flow_as {
	struct open open;
	uint8_t service;
	unsigned spares;
	bool announces; /* ports that servers connect to */
};
/* A connection that came in at a listener is to go to the gateway as `as` says.
 * Takes fd; where the gateway cannot be asked the application hears a reset. */
void flow_accept_as(struct listener *, int fd, const struct addr *peer,
		    struct flow_as *as);
/* From now on what the application announces is remembered. */
void flow_remember(struct flow *);
/* listeners.refused: a connection was refused for its owner. */
void flow_turned_away(struct listener *, enum owner_verdict);
/* listeners.trusts: whether the configuration lets one through of which nobody can
 * tell whose it is. */
bool flow_trusts(const struct listener *);
/* Opens a channel for it.  0; or an error: the flow is freed then, and what the
 * caller has in it (fd, user) is still the caller's. */
MUST_CHECK int flow_open(struct flow *, uint8_t service, struct open *o);
/* The same for a channel that the gateway has opened. */
void flow_attach(struct flow *, struct chan *);

#endif
