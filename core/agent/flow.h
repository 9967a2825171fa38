/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.h - a connection of an application, and its channel to the gateway. */
#ifndef ADIT_AGENT_FLOW_H
#define ADIT_AGENT_FLOW_H

#include "agent/announced.h"
#include "agent/holds.h"
#include "agent/http_pass.h"
#include "agent/listener.h"
#include "agent/refusals.h"
#include "net/relay.h"

enum { SPARES = 4 }; /* ports offered in one OPEN */

struct flow;
struct flow_user;
struct flow_user_ops {
	/* The gateway has connected. */
	void (*opened)(struct flow *);
	/* The channel has ended (enum reason; `text` or NULL); the flow is
	 * freed after this call. */
	void (*closed)(struct flow *, struct flow_user *, unsigned reason,
		       const char *text);
};

/* What waits for a flow to open, embedded in a SOCKS5 client, a connection in
 * reverse or a question about a map. */
struct flow_user {
	const struct flow_user_ops *ops;
};

/* A network that is not this process's own, with applications in it (adit
 * run). */
struct flow_net {
	struct owner_check *owner; /* asks the kernel about its sockets */
	/* Starts to connect there, without blocking.  A socket, or -1 with
	 * errno. */
	int (*connect)(const struct flow_net *, const struct addr *to,
		       const struct addr *from);
};

/* A connection of an application to a server, or in reverse. */
struct flow {
	struct relay relay;
	struct list node; /* agent.flows */
	struct agent *agent;
	struct addr app, shown;      /* the application's, the one it dialled */
	const struct flow_net *net;  /* the application's; NULL: this one */
	bool real;                   /* it named the server itself */
	bool leads;                  /* a plugin may announce further ones */
	int spare[SPARES];           /* bound, not listening; -1: none */
	struct list listeners;       /* of expectations, struct listener.node */
	struct flow_user *user;      /* waits for it to open; or NULL */
	bool has_other_way;          /* who is denied goes on without adit */
	bool asks_only;              /* a question (adit map), no connection */
	struct aim *aim;             /* where to, until it is open; or NULL */
	struct announced *announced; /* ports it has told servers; or NULL */
	struct http_pass *pass;      /* the HTTP request that it is; or NULL */
	struct holder holder;        /* process that has its socket */
	unsigned searches;           /* for that process, under way */
	unsigned fruitless;          /* searches that found none since ... */
	uint64_t fruitless_us;       /* ... this time */
};

/* In agent.flows until flow_free.  NULL: no memory. */
struct flow *flow_new(struct agent *);
void flow_free(struct flow *);

struct flow_as {
	struct open open;
	uint8_t service;
	unsigned spares;
	bool announces; /* the application tells servers its ports */
};
/* Opens a channel for a connection that came in at a listener, as `as` says.
 * Takes fd; without a way to the gateway the application's connection is
 * reset. */
void flow_accept_as(struct listener *, int fd, const struct addr *peer,
		    struct flow_as *as);
/* From now on the flow remembers the ports that the application announces. */
void flow_remember(struct flow *);
/* A network has ended: nothing of it is asked or connected to any more. */
void flow_leave_net(struct agent *, const struct flow_net *);
/* For listeners.refused: a connection was refused because of its owner;
 * `adit status` shows it. */
void flow_turned_away(struct listener *, enum owner_verdict);
/* For listeners.trusts: whether the configuration lets connections through
 * whose owner the kernel cannot tell. */
bool flow_trusts(const struct listener *);
/* Opens a channel for the flow.  0; or a negative error: the flow has been
 * freed, and fd and user are still the caller's. */
MUST_CHECK int flow_open(struct flow *, uint8_t service, struct open *o);
/* The same for a channel that the gateway has opened. */
void flow_attach(struct flow *, struct chan *);

#endif
