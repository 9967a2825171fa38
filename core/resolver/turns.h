/* SPDX-License-Identifier: BSD-2-Clause */
/* turns.h - whose turn it is, where many users wait and each has a few places. */
#ifndef ADIT_RESOLVER_TURNS_H
#define ADIT_RESOLVER_TURNS_H

#include "base/list.h"

struct turns;
struct turn_user;

struct turns_rules {
	unsigned places, each; /* at once: of all; of one user */
	unsigned kept;         /* of those, for who is "" alone */
	unsigned line, lines;  /* who may wait: of one user; of all */
};

/* One that waits; part of something else. */
struct turn {
	struct list node;
	struct turn_user *user; /* whose line it is in, or NULL */
};

MUST_CHECK struct turns *turns_new(const struct turns_rules *);
/* Nobody waits any more, and no place is taken. */
void turns_free(struct turns *);

/* To the end of this user's line; "" goes before everybody.  NULL, or what must
 * not wait any more, for there are too many: the last one of the longest line,
 * perhaps this one. */
MUST_CHECK struct turn *turns_wait(struct turns *, struct turn *,
				   const char *who);
/* Waits no longer; harmless where it did not. */
void turns_leave(struct turns *, struct turn *);
/* The next one, which waits no longer; *user has one place less, until turns_end.
 * NULL: nobody waits who may have a place. */
struct turn *turns_next(struct turns *, struct turn_user **user);
void turns_end(struct turns *, struct turn_user *);

#endif
