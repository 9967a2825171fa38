/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.h - the expectations of one session, as the gateway keeps them.
 *
 *   new -> WAITING --answered--> LISTENING --take--> used up: gone
 *             |                      |
 *          failed: gone        expired, cancelled, parent gone: gone
 *
 * No I/O.  The owner resolves and checks targets, sends EXPECT and CANCEL, or
 * listens itself for a reverse one. */
#ifndef ADIT_EXPECT_EXPECT_H
#define ADIT_EXPECT_EXPECT_H

#include "base/list.h"
#include "base/map.h"
#include "plugin/host.h"

#define EXPECT_PER_CHANNEL 16
#define EXPECT_PER_TABLE 4096
#define SPARES_MAX 8

enum expect_state { EXPECT_WAITING, EXPECT_LISTENING };

struct expectation {
	struct list node;
	uint32_t id;     /* never 0, never again in a session */
	uint32_t parent; /* the gateway's id of its channel */
	uint32_t flags;  /* ADIT_REVERSE ... */
	uint32_t uses;   /* left */
	uint64_t tag;
	uint64_t deadline;
	enum expect_state state;
	bool armed;
	bool orphan;              /* the parent is gone, it outlives it */
	struct adit_addr dialled; /* the parent's destination, as dialled */
	struct adit_addr shown;   /* when LISTENING */
	void *owner;              /* the owner's: plugin and conf to attach,
					 * a reverse listener ... */
	size_t ntargets;
	struct adit_addr target[];
};

/* Called once when an expectation ends, just before it is freed; it is off the
 * table already.  Unless the agent has used it up or said that it failed, the
 * owner sends CANCEL, or closes its listener; in any case it drops e->owner.  It
 * must not end further expectations from in here. */
enum expect_end {
	EXPECT_USED,
	EXPECT_CANCELLED,
	EXPECT_EXPIRED,
	EXPECT_ORPHANED,
	EXPECT_FAILED
};
struct expect_ops {
	void (*ended)(void *ctx, struct expectation *e, enum expect_end why);
};

struct expect_table {
	struct list all; /* struct expectation.node, owned */
	struct map by_id;
	uint32_t last_id;
	unsigned count;
	uint64_t paused_at;
	bool paused;
	const struct expect_ops *ops;
	void *ctx;
};

void expect_init(struct expect_table *t, const struct expect_ops *ops,
		 void *ctx);
/* Frees all without telling: the session is over, the owner knows. */
void expect_fini(struct expect_table *t);

/* A new one, WAITING; what it refers to is copied.  ERR_LIMIT: the channel or
 * the session has too many; ERR_INVAL: no target, or too many; ERR_NOMEM.
 * The owner then either calls expect_answered at once (a spare port, a real
 * address, a reverse listener) or lets it wait for EXPECTED. */
struct expect_parent {
	uint32_t channel;
	const struct adit_addr *dialled;
	uint64_t now;
};
MUST_CHECK int expect_new(struct expect_table *t,
			  const struct adit_expect *want,
			  const struct expect_parent *from,
			  struct expectation **e);
struct expectation *expect_get(const struct expect_table *t, uint32_t id);

/* The listening point exists: *shown is what the peer must be told. */
void expect_answered(struct expectation *e, const struct adit_addr *shown);
/* It does not; the expectation ends. */
void expect_failed(struct expect_table *t, uint32_t id);
/* True: it was not armed, and connections that wait may go on. */
bool expect_arm(struct expect_table *t, uint32_t id);
void expect_cancel(struct expect_table *t, uint32_t id);

/* One connection is there.  Counts a use; the last one ends the expectation,
 * so copy what is needed first.  0, ERR_NOTFOUND, or ERR_AGAIN: not armed yet,
 * let the connection wait (nothing is counted). */
MUST_CHECK int expect_take(struct expect_table *t, uint32_t id);

/* The forward expectation that dialling `to` means, where there are no spare
 * ports (SOCKS, real addresses): one of its targets, or the parent's
 * destination as dialled with a target's port.  The newest wins; NULL: none. */
struct expectation *expect_match(const struct expect_table *t,
				 const struct adit_addr *to);

/* The channel ended: its expectations end too, but for those that outlive it,
 * listen already and are armed. */
void expect_parent_gone(struct expect_table *t, uint32_t channel);
/* The nearest deadline or UINT64_MAX; ends what is due. */
uint64_t expect_deadline(const struct expect_table *t);
void expect_expire(struct expect_table *t, uint64_t now);
/* While the session is detached, lifetimes stand still. */
void expect_pause(struct expect_table *t, uint64_t now);
void expect_resume(struct expect_table *t, uint64_t now);

/* The spare ports that the agent put into one OPEN.  A port that was taken is
 * never a spare again. */
struct spares {
	unsigned count;
	struct adit_addr at[SPARES_MAX];
};
MUST_CHECK int spare_add(struct spares *s, const struct adit_addr *at);
/* The preferred port if it is among them, else the first; false: none left. */
bool spare_take(struct spares *s, uint16_t prefer, struct adit_addr *at);

#endif
