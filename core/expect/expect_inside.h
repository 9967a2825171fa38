/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_inside.h - what the files of core/expect have among themselves.
 *
 *   expect_ask.c        asks, answers
 *     |  +-- expect_target.c     what may be connected to
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

/* ---- expect_target.c ---- */
/* Fills e->found.  0; ERR_DENIED: nothing may be connected to; ERR_AGAIN:
 * a name is looked up, expect_resolved follows; ERR_NOMEM. */
MUST_CHECK int expect_target_find(struct expectation *e);
/* The addresses of the name that was looked up, or why it has none. */
void expect_target_resolved(struct expectation *e, const struct addr *found,
			    unsigned n, const char *why);

#endif
