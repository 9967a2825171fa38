/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - the expectations of one session: connections that plugins have
 * announced, and that the agent or a server has not made yet.
 *
 *   expect_new -> WAITING --the agent has answered--> LISTENING
 *                    |                                   |
 *                    |  failed, withdrawn       used up, expired, withdrawn,
 *                    |                          the channel has ended
 *                    +------------> ended <--------------+
 *
 * A forward one (the application connects to the server): first the names of
 * its targets are looked up (expect_target.c), then the agent is asked for a
 * listener (expect_listener.c).  A reverse one (the server connects to the
 * application): the gateway listens itself, for addresses of the agent's
 * machine only (expect_ask.c).
 *
 * No I/O and no clock: struct expect_ops does what has to be done. */
#ifndef ADIT_EXPECT_EXPECT_H
#define ADIT_EXPECT_EXPECT_H

#include "base/list.h"
#include "base/map.h"
#include "expect/expect_ops.h"
#include "expect/expect_spares.h"

enum {
	EXPECT_PER_CHANNEL = 16,
	EXPECT_PER_TABLE = 4096,
	/* Listeners that an agent of this version keeps for a session, ... */
	EXPECT_LISTENERS_MAX = 4096,
	EXPECT_LISTENERS_OLD = 256, /* ... and one that knows no shared ones */
};

/* Where a connection may lead: an address, and the name that it was announced
 * by; "": by the address itself. */
struct expect_target {
	struct addr at;
	char name[HOST_MAX];
};

/* The channel whose plugin announces, as the owner of the channel embeds it;
 * all zero but for the list. */
struct expect_parent {
	struct list all;            /* struct expectation.sibling */
	struct expect_asker *asker; /* while a plugin reads the channel */
};

/* What its plugin has to announce with. */
struct expect_asker {
	struct expect_table *table;
	struct expect_parent *parent;
	uint32_t channel; /* its number within the session, never 0 */
	struct expect_spares spares; /* the agent listens there already */
	struct adit_addr shown;   /* the local address that was dialled ... */
	struct adit_addr dialled; /* ... and the server that was meant */
	bool real; /* the application dials the server's own addresses */
	char why[EXPECT_WHY]; /* why the last one was refused */
};

/* What is known of the channel when its plugin asks; copied. */
struct expect_about {
	const char *resource;    /* its name */
	struct adit_addr server; /* as connected */
	uint32_t client_id;      /* the agent's number of the channel ... */
	uint8_t service;         /* ... and of what it was opened for */
};

enum expect_state { EXPECT_WAITING, EXPECT_LISTENING };

struct expectation {
	struct list node; /* expect_table.all */
	struct expect_table *table;
	/* The channel that it belongs to, or, ADIT_SHARED, that has asked last;
	 * NULL: this channel has ended. */
	struct expect_parent *parent;
	struct list sibling; /* expect_parent.all */
	uint32_t id;         /* never 0, never again in a session */
	uint32_t channel;    /* the parent's number */
	uint32_t flags;      /* ADIT_REVERSE ... */
	/* Connections that may still come; 0, ADIT_SHARED: any number. */
	uint32_t uses;
	uint64_t tag;
	uint64_t deadline; /* in milliseconds of expect_ops.now */
	uint32_t lifetime_ms;
	uint64_t used_at; /* when it was asked for or connected to last */
	enum expect_state state;
	bool armed;               /* a connection need not wait */
	bool posted;              /* the agent has been sent EXPECT for it */
	bool real;                /* as expect_asker.real */
	bool asked_own;           /* whether its target is a resource */
	struct adit_addr dialled; /* the parent's destination, as dialled */
	struct adit_addr shown;   /* LISTENING: what the peer is told */
	char resource[LABEL_MAX]; /* the parent's */
	struct adit_addr server;  /* the parent's, as connected */
	struct adit_addr from;    /* the local address that it dialled */
	uint32_t client_id;
	uint8_t service;
	struct expect_lookup *lookup;     /* of target[looked], or NULL */
	struct expect_target *found;      /* owned: what may be connected to */
	size_t nfound, looked;            /* targets that were looked at */
	uint64_t looked_at;               /* when that began: expect_ops.now */
	char why[EXPECT_WHY];             /* why the last of them may not be */
	struct buf given;                 /* adit_expect.data */
	struct expect_listener *listener; /* at the agent, or NULL */
	struct list user;                 /* expect_listener.users */
	struct list queued;               /* expect_table.queue */
	struct expect_socket *socket;     /* reverse: here, or NULL */
	struct list waiting; /* the gateway's connections that are not armed */
	size_t ntargets;
	struct adit_addr target[]; /* as the plugin named them */
};

/* Embedded in a session, which struct expect_ops finds by container_of. */
struct expect_table {
	struct list all; /* struct expectation.node, owned */
	struct map by_id;
	uint32_t last_id;
	unsigned count;
	uint64_t paused_at;
	bool paused;
	bool agent_shares;     /* the agent knows EXPECT_SHARED */
	struct list listeners; /* struct expect_listener.node, owned */
	unsigned nlisteners;
	/* struct expectation.queued: no listener is left, or, ADIT_SHARED, the
	 * channel has ended in whose name the agent was asked. */
	struct list queue;
	const struct expect_ops *ops;
};

void expect_init(struct expect_table *t, const struct expect_ops *ops);
/* Ends all expectations, where the agent has dropped its listeners too. */
void expect_drop_all(struct expect_table *t);
void expect_fini(struct expect_table *t);

/* ---- a plugin asks: expect_ask.c ---- */
/* Makes an expectation, in EXPECT_WAITING, or finds the one that is shared; the
 * table owns it.  `want` is as inspect_ops.expect gets it: its defaults are
 * filled in.  0, ERR_LIMIT: the channel or the session has too many; ERR_INVAL:
 * `want` has no target, or too many; ERR_NOMEM. */
MUST_CHECK int expect_new(struct expect_asker *by, const struct expect_about *,
			  const struct adit_expect *want,
			  struct expectation **e);
/* Prepares a new expectation; returns what the plugin is told.  ADIT_OK: *show
 * is the address for the receiver of the message.  ADIT_WAIT: the answer comes
 * by expect_ops.answer.  Else the expectation has ended; by->why says why. */
enum adit_result expect_ask(struct expectation *e, struct adit_addr *show);
/* The addresses of the name that expect_ops.look_up was called for, without
 * ports; n 0: it has none, and `why` says why. */
void expect_resolved(struct expectation *e, const struct addr *found,
		     unsigned n, const char *why);
/* The agent's EXPECTED.  0, or ERR_PROTO: there was no EXPECT. */
MUST_CHECK int expect_on_answer(struct expect_table *t,
				const struct expected *x);
/* Asks the agent for listeners for the expectations in the queue, as far as it
 * may have more. */
void expect_look(struct expect_table *t);
/* After a handover: what was not asked yet is asked, and the gateway
 * listens. */
void expect_go_on(struct expect_table *t);

/* ---- their life: expect_table.c ---- */
struct expectation *expect_get(const struct expect_table *t, uint32_t id);
/* The listener is there: the peer must be told the address *shown. */
void expect_answered(struct expectation *e, const struct adit_addr *shown);
/* There is no listener: ends the expectation. */
void expect_failed(struct expect_table *t, uint32_t id);
/* One channel withdraws it; a shared one stays for the others. */
void expect_cancel(struct expect_table *t, uint32_t id);
/* Lets connections go on.  True: the expectation was not armed before, and the
 * caller has to take those in e->waiting. */
bool expect_arm(struct expect_table *t, uint32_t id);
/* Counts one connection.  The last one ends the expectation, so copy what is
 * needed first.  0; ERR_NOTFOUND: there is no such expectation; ERR_AGAIN: it
 * is not armed yet, nothing is counted, and the connection has to wait. */
MUST_CHECK int expect_take(struct expect_table *t, uint32_t id);
/* Ends the expectations whose lifetime is over. */
void expect_expire(struct expect_table *t);
/* While the session is detached, lifetimes stand still. */
void expect_pause(struct expect_table *t);
void expect_resume(struct expect_table *t);

/* ---- a connection comes: expect_table.c, expect_listener.c ---- */
/* Which expectation a connection to the agent's listener `id` belongs to; NULL:
 * none. */
struct expectation *expect_through(const struct expect_table *t, uint32_t id);
/* The forward one that dialling `to` means, where no listener is needed (SOCKS,
 * real addresses): one of its targets, or the parent's destination as dialled
 * with a target's port.  The newest wins; NULL: none. */
struct expectation *expect_match(const struct expect_table *t,
				 const struct adit_addr *to);

/* ---- the channel whose plugin announces ---- */
void expect_parent_init(struct expect_parent *p);
/* To be called when that channel ends: its expectations end too, but for those
 * with ADIT_OUTLIVES that listen already and are armed, and shared ones.
 * `channel` is its number. */
void expect_parent_gone(struct expect_table *t, struct expect_parent *p,
			uint32_t channel);

#endif
