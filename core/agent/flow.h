/* SPDX-License-Identifier: BSD-2-Clause */
/* flow.h - connections of applications and what brings them about; for the files
 * of this folder that do its work. */
#ifndef ADIT_AGENT_FLOW_H
#define ADIT_AGENT_FLOW_H

#include "agent/announced.h"
#include "agent/listener.h"
#include "agent/refusals.h"
#include "net/relay.h"

enum { SPARES = 4 }; /* ports offered in one OPEN */

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
	struct socks *socks;         /* waits for the answer; or NULL */
	struct reverse *reverse;     /* connects to the application; or NULL */
	struct map_check *check;     /* only asks the gateway; or NULL */
	struct aim *aim;             /* until it is open; or NULL */
	struct announced *announced; /* ports, by the application; or NULL */
	pid_t holder;                /* of its socket, found last; or 0 */
	unsigned searches;           /* now: what comes for it waits */
	unsigned fruitless;          /* searches for it, since then: */
	uint64_t fruitless_us;
};

/* flow.c */
struct flow *flow_new(struct agent *);
void flow_free(struct flow *);
/* An application's connection, to a resource or mapping's listener. */
void flow_accept(struct listener *, int fd, const struct addr *peer);
struct flow_as {
	struct open open;
	uint8_t service;
	unsigned spares;
	bool announces; /* ports that servers connect to */
};
void flow_accept_as(struct listener *, int fd, const struct addr *peer,
		    struct flow_as *);
/* From now on what the application announces is remembered. */
void flow_remember(struct flow *);
/* Whose connection it is was asked, and the answer was no. */
void flow_turned_away(struct listener *, enum owner_verdict);
/* Whether the configuration lets one through of which nobody can tell. */
bool flow_trusts(const struct listener *);
/* 0 or an error: the flow is freed then, fd is the caller's. */
MUST_CHECK int flow_open(struct flow *, uint8_t service, struct open *o);
extern const struct chan_ops flow_ops;
/* socks.c */
void socks_listen(struct agent *);
void socks_opened(struct flow *);
void socks_refused(struct flow *, unsigned reason);
void socks_drop_all(struct agent *);
/* expect.c */
int expect_frame(struct agent *, const struct frame *, const uint8_t *p,
		 struct chan *about);
/* reverse.c */
void reverse_open(struct agent *, struct chan *, const struct open *o);
void reverse_drop(struct flow *);
/* Whether it is an address of this machine, from which this application could
 * ask to be connected to. */
bool reverse_is_here(const struct flow *control, const struct addr *);

#endif
