/* SPDX-License-Identifier: BSD-2-Clause */
/* expected.h - connections that plugins announce: listening points at the agent
 * and here, and the channels that come through them. */
#ifndef ADIT_GATEWAY_EXPECTED_H
#define ADIT_GATEWAY_EXPECTED_H

#include "gateway/dial.h"
#include "gateway/gchan.h"
#include "gateway/inspection.h"

/* What an expectation needs besides; its .owner. */
struct point {
	struct gsession *gs;
	struct gchan *parent; /* NULL: it has ended */
	uint32_t id;
	char resource[LABEL_MAX]; /* the parent's */
	struct adit_addr server;  /* the parent's, as connected */
	struct adit_addr from;    /* reverse: the address it dialled */
	uint32_t client_id;       /* reverse: the agent's id of the parent */
	uint8_t service;
	int fd; /* reverse: where we listen; -1 */
	ev_io io;
	struct list waiting;   /* struct gchan.dialing: not armed yet */
	struct target *found;  /* owned: what may be connected to */
	size_t nfound, looked; /* targets that were looked at */
	struct query query;    /* for the name of the next one */
	bool told;             /* of somebody whom we have sent away */
	bool asked;            /* the agent has heard of it */
	struct door *door;     /* where it comes in, or NULL ... */
	struct list user;      /* ... door->users */
	struct list line;      /* gsession.door_line */
};

struct expected_answer {
	uint32_t *id;
	struct adit_addr *show;
};

/* Its owner, empty.  NULL: no memory. */
struct point *point_make(struct gsession *, struct expectation *);
/* inspect_ops.expect */
enum adit_result expected_ask(struct inspection *, const struct adit_expect *,
			      struct expected_answer *);
void expected_arm(struct gsession *, uint32_t id);

void expected_init(struct gsession *);
void expected_fini(struct gsession *);
/* All of them: the agent's listening points went with its tunnel. */
void expected_drop_all(struct gsession *);
void expected_expire(struct gsession *, uint64_t now_us);
/* EXPECTED */
int expected_on_answer(struct gsession *, const struct frame *,
		       const uint8_t *p);
/* An OPEN through an expectation; false: it is not one. */
bool expected_on_open(struct gchan *, const struct open *);
void expected_channel_gone(struct gchan *);
/* CANCEL, to the agent, if it is there. */
void expected_withdraw(struct gsession *, uint32_t id);
/* Whether the configuration of now still has its resource, for this user: it may
 * outlive the channel that announced it, and a reload. */
bool expected_is_granted(const struct point *);
/* Connects gc, or lets it wait until its expectation is armed. */
void expected_take(struct gchan *);

/* expected_target.c: whether a plugin may lead to this address, which is called
 * `name`, or ""; says so in the log if not. */
bool expected_may(const struct gchan *, const struct addr *, const char *name,
		  const struct adit_addr *parent_server);
/* Whether the server may connect from this address: from its own, or from where a
 * plugin may lead. */
bool expected_admits(const struct gchan *, const struct addr *,
		     const struct adit_addr *parent_server);
/* Fills p->found.  0; ERR_DENIED: there is none; ERR_AGAIN: expected_found will be
 * called; ERR_NOMEM. */
MUST_CHECK int expected_find(struct point *, const struct expectation *);
void expected_found(struct point *, struct expectation *);

/* expected_reverse.c: we listen, the server connects.  0 and *show, or an
 * error. */
MUST_CHECK int reverse_open(struct inspection *, struct expectation *,
			    struct adit_addr *show);
/* The application's own address needs no question; for others ask_here does it. */
bool reverse_is_own(const struct inspection *, const struct expectation *);
/* p->fd is where it listens, from reverse_arm on. */
void reverse_arrived(struct point *);
void reverse_arm(struct point *);
void reverse_close(struct point *);
/* Takes what has connected by now, if it is a reverse one. */
void reverse_look(struct gsession *, uint32_t id);

#endif
