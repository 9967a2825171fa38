/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_inside.h - what the files of core/expect have among themselves.
 *
 *   expect_ask.c        asks, answers
 *     |  +-- expect_target.c     what may be connected to
 *     |  +-- expect_shared.c     those that belong to the session
 *   expect_table.c      the life of an expectation
 *     +-- expect_listener.c      listeners at the agent */
#ifndef ADIT_EXPECT_EXPECT_INSIDE_H
#define ADIT_EXPECT_EXPECT_INSIDE_H

#include "expect/expect_listener.h"

/* ---- expect_table.c ---- */
/* An empty one with so many targets.  NULL: no memory. */
struct expectation *expect_make(size_t ntargets);
/* Into its table, under its id.  0, ERR_NOMEM or ERR_SYS; then it is the
 * caller's to free. */
MUST_CHECK int expect_enter(struct expect_table *t, struct expectation *e);
void expect_adopted(struct expectation *e, struct expect_parent *p);
/* The clock of deadlines, in milliseconds, which stands still in a pause. */
uint64_t expect_now(const struct expect_table *t);

/* ---- expect_target.c ---- */
/* Fills e->found.  0; ERR_DENIED: nothing may be connected to; ERR_AGAIN:
 * a name is looked up, expect_resolved follows; ERR_NOMEM. */
MUST_CHECK int expect_target_find(struct expectation *e);
/* The addresses of the name that was looked up, or why it has none. */
void expect_target_resolved(struct expectation *e, const struct addr *found,
			    unsigned n, const char *why);
/* Looks up the names of its targets again, if that was long ago: connections
 * that come from then on lead to the addresses that policy allows of the new
 * ones.  A name that has none keeps the old ones. */
void expect_target_refresh(struct expectation *e);
/* The addresses that the name has now; the next name is looked up. */
void expect_target_renewed(struct expectation *e, const struct addr *found,
			   unsigned n);
/* Whether policy still lets it lead to one of e->found; if not, e->why. */
bool expect_target_may(struct expectation *e);
/* Whether it was asked for with these targets, in this order. */
bool expect_targets_are(const struct expectation *e, const struct adit_addr *to,
			size_t n);

/* ---- expect_shared.c ---- */
/* The one that this channel would be given for `want`, or NULL. */
struct expectation *expect_shared_find(const struct expect_asker *by,
				       const struct expect_about *about,
				       const struct adit_expect *want);
/* One more channel has asked for it.  0 or ERR_NOMEM. */
MUST_CHECK int expect_shared_join(struct expectation *e,
				  struct expect_asker *by,
				  const struct adit_expect *want);
/* The channel in whose name the agent is asked, one that waits for the answer
 * if the last one has ended; NULL: nobody waits. */
struct expect_asker *expect_shared_asker(struct expectation *e);
/* 0 and *show; ERR_AGAIN: it is being made; ERR_DENIED: policy does not allow
 * it any more. */
MUST_CHECK int expect_shared_show(struct expectation *e,
				  struct adit_addr *show);
struct expect_news {
	uint32_t id;
	enum adit_result result;
	const struct adit_addr *show;
	const char *why; /* as expect_asker.why */
};
/* Tells all channels that wait for it. */
void expect_shared_tell(struct expect_table *t, const struct expect_news *n);
/* Whether the agent may be asked where a resource listens instead. */
bool expect_shared_may_be_own(const struct expectation *e);
/* The part of an EXPECT that names the listener. */
void expect_shared_frame(const struct expectation *e, struct expect *x);
/* Where the agent listens, if it is not at *shown.  0 or ERR_PROTO. */
MUST_CHECK int expect_shared_shown(struct adit_addr *shown,
				   const struct expected *x);
/* Ends the one that was asked for or connected to the longest time ago, and at
 * least its lifetime or an hour ago: nodes of a cluster come and go, and a
 * session may last a week.  False: there is none. */
bool expect_shared_make_room(struct expect_table *t);
/* Its lifetime begins anew while the session has a channel of its plugin. */
void expect_shared_prolong(struct expectation *e, uint64_t now);

#endif
