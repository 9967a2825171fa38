/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_listener.h - listeners at the agent, through which the connections
 * come that plugins have announced.
 *
 * Expectations that lead to the same place share one, if they outlive their
 * channels and so are tied to none: of 300 redirects to a node 300 connections
 * come to one port, the oldest expectation first.  One with ADIT_SHARED has a
 * listener of its own, for any number of connections.  An agent keeps as many
 * for a session as expect_listener_most says; what needs one more stands in a
 * queue, or fails if it is shared. */
#ifndef ADIT_EXPECT_EXPECT_LISTENER_H
#define ADIT_EXPECT_EXPECT_LISTENER_H

#include "expect/expect.h"

enum {
	EXPECT_LISTENER_USES = 255, /* of a shared one: what EXPECT can say */
};

struct expect_listener {
	struct list node;  /* expect_table.listeners */
	struct list users; /* struct expectation.user, the oldest first */
	uint32_t id;       /* the agent's name for it: its first user's */
	uint32_t opener;   /* number of the channel that has asked for it */
	/* Connections in all, 0: any number; those of no user yet. */
	uint32_t uses, left;
	bool asked, ready; /* the agent has been asked; has answered */
	struct adit_addr shown;
};

enum expect_end {
	EXPECT_USED,
	EXPECT_CANCELLED,
	EXPECT_EXPIRED,
	EXPECT_ORPHANED, /* its channel has ended */
	EXPECT_FAILED,
};

/* One that `e` may use, and does from now on; or NULL. */
struct expect_listener *expect_listener_join(struct expectation *e);
/* How many there may be in this session now. */
unsigned expect_listener_most(const struct expect_table *t);
/* A new one for it, of which the agent has not heard.  0; ERR_AGAIN: there are
 * too many, it stands in the queue; ERR_LIMIT: the same for a shared one;
 * ERR_NOMEM. */
MUST_CHECK int expect_listener_open(struct expectation *e,
				    struct expect_listener **l);
/* The parts of that: one without users, and one more user. */
struct expect_listener *expect_listener_new(struct expect_table *t);
void expect_listener_use(struct expect_listener *l, struct expectation *e);
/* Without a word to the agent; the queue looks again. */
void expect_listener_free(struct expect_table *t, struct expect_listener *l);
struct expect_listener *expect_listener_find(const struct expect_table *t,
					     uint32_t id);
/* The oldest of its users that has no answer yet; or NULL. */
struct expectation *expect_listener_waiting(const struct expect_listener *l);
/* One of its users has ended; also where it has none. */
void expect_listener_leave(struct expectation *e, enum expect_end why);
/* A channel has ended that had asked for some, and with it the answers: those
 * that share them ask for one of their own, and one with ADIT_SHARED in the
 * name of another channel. */
void expect_listener_opener_gone(struct expect_table *t, uint32_t channel);

/* The next one that a connection means. */
static inline struct expectation *
expect_listener_next(const struct expect_listener *l)
{
	return list_first(&l->users, struct expectation, user);
}

#endif
