/* SPDX-License-Identifier: BSD-2-Clause */
/* door.h - listening points at the agent, through which connections come that
 * plugins have announced.
 *
 * Announcements that lead to the same place share one, if they outlive their
 * channels and so are tied to none: of 300 redirects to a node 300 connections come
 * to one port, the oldest announcement first.  A session has at most DOORS_MAX;
 * what needs one more stands in a line. */
#ifndef ADIT_GATEWAY_DOOR_H
#define ADIT_GATEWAY_DOOR_H

#include "gateway/expected.h"

enum {
	DOORS_MAX = 256, /* as many as an agent keeps */
	DOOR_USES = 255, /* of a shared one; what EXPECT can say */
};

struct door {
	struct list node;    /* gsession.doors */
	struct list users;   /* struct point.user, the oldest first */
	uint32_t id;         /* the agent's name for it: of the first */
	uint32_t opener;     /* serial of the channel that has asked */
	uint32_t uses, left; /* all; those that nobody has yet */
	bool asked, ready;   /* the agent was told, has answered */
	struct adit_addr show;
};

/* One where `e` may come in, which it uses from now on; or NULL. */
struct door *door_join(struct expectation *);
/* A new one for it.  ERR_AGAIN: there are too many, it stands in the line. */
MUST_CHECK int door_open(struct expectation *, struct door **);
/* The parts of that: one without users, and one more user. */
struct door *door_make(struct gsession *);
void door_use(struct door *, struct point *);
/* Without a word to the agent; those in the line look again. */
void door_drop(struct gsession *, struct door *);
struct door *door_find(const struct gsession *, uint32_t id);
/* The agent has answered: those that use it hear of that. */
void door_answered(struct door *, const struct expected *);
/* One of its users has ended. */
void door_left(struct point *, enum expect_end);
/* The channel that asked for some is gone, and with it the answer. */
void doors_opener_gone(struct gsession *, uint32_t serial);
/* Those in the line ask again. */
void doors_look(struct gsession *);

/* The next one that comes in there; NULL: nobody. */
static inline struct expectation *door_next(const struct door *d)
{
	return expect_get(
		&list_first(&d->users, struct point, user)->gs->expects,
		list_first(&d->users, struct point, user)->id);
}

#endif
