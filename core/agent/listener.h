/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.h - a listening socket of the agent, whose connections must come from
 * its own user. */
#ifndef ADIT_AGENT_LISTENER_H
#define ADIT_AGENT_LISTENER_H

#include "agent/owner.h"
#include "base/list.h"
#include "net/loop.h"

struct agent;
struct flow;
struct mapping;
struct listener;
struct resource;

/* What all listeners share. */
struct listeners {
	struct loop *loop;
	struct owner_check *owner;
	struct list paused; /* struct listener.pausing */
	unsigned n;
	ev_timer resume;
	uint64_t told_us; /* of the last refusal that was logged */
	/* Hears of each connection that is refused; or NULL. */
	void (*refused)(struct listener *, enum owner_verdict);
	/* Whether one that may be anybody's is let through; NULL: none is. */
	bool (*trusts)(const struct listener *);
	unsigned untold_refused, untold_taken; /* of those */
};

struct listener {
	struct list node; /* the owner's list */
	struct list pausing;
	struct listeners *all;
	int fd;
	ev_io watch;
	struct addr at;
	uint16_t port; /* at the server; the shown one may differ */
	/* Takes fd, which is the user's own and connected. */
	void (*accepted)(struct listener *, int fd, const struct addr *peer);
	struct agent *agent;
	struct resource *resource; /* whose listener it is; or NULL */
	struct mapping *mapping;   /* or whose; or NULL */
	struct flow *flow;         /* or whose expectation it is; or NULL */
	uint32_t id;               /* of that expectation; else 0 */
	int moved;                 /* errno for which `port` is not shown */
	unsigned spares;           /* that its connections offer */
	struct task shut;          /* is to be done ... */
	struct list turned_away;   /* ... before these hear RST */
	ev_timer open;             /* listen again */
	bool is_data;              /* one of a resource's data ports */
	bool announces;            /* as in struct flow_as */
	unsigned uses;             /* connections that it is still good for */
};

void listeners_init(struct listeners *, struct loop *, struct owner_check *);
void listeners_fini(struct listeners *);

/* Listens at `at` (port 0: any).  NULL with errno. */
struct listener *listener_new(struct listeners *, const struct addr *at,
			      void (*accepted)(struct listener *, int fd,
					       const struct addr *peer));
/* The same for a socket that is bound already; takes fd. */
struct listener *listener_adopt(struct listeners *, int fd,
				void (*accepted)(struct listener *, int fd,
						 const struct addr *peer));
/* The server behind it has refused a connection of an application, of which `fd`
 * is a duplicate.  That has RST, and for a second the kernel refuses further ones, as
 * it would where the server itself had been asked.  Takes fd. */
void listener_turn_away(struct listener *, int fd);
/* Also from inside its own `accepted`: no further connection is taken. */
void listener_free(struct listener *);
void listeners_free_list(struct list *listeners);

#endif
