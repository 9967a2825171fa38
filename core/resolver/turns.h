/* SPDX-License-Identifier: BSD-2-Clause */
/* turns.h - users take turns (round robin), where each may have a few places at
 * once. */
#ifndef ADIT_RESOLVER_TURNS_H
#define ADIT_RESOLVER_TURNS_H

#include "base/list.h"

struct turns;
struct turn_user;

struct turns_rules {
	unsigned places; /* all that are in use at once ... */
	unsigned each;   /* ... by one user */
	unsigned kept;   /* of `places`, for the user "" alone */
	unsigned line;   /* how many of one user may wait ... */
	unsigned lines;  /* ... and of all users */
};

/* An entry that waits; a member of the caller's struct. */
struct turn {
	struct list node;
	struct turn_user *user; /* whose line it is in, or NULL */
};

MUST_CHECK struct turns *turns_new(const struct turns_rules *);
/* Nobody waits any more, and no place is taken. */
void turns_free(struct turns *);

/* To the end of this user's line; the user "" goes before all others.  NULL, or
 * the one that has to stop waiting since there are too many: the last one of
 * the longest line, perhaps this one. */
MUST_CHECK struct turn *turns_wait(struct turns *, struct turn *,
				   const char *who);
/* Stops waiting; harmless where it did not. */
void turns_leave(struct turns *, struct turn *);
/* The next one, which waits no longer; *user has one place less, until
 * turns_end.  NULL: nobody waits who may have a place. */
struct turn *turns_next(struct turns *, struct turn_user **user);
void turns_end(struct turns *, struct turn_user *);

#endif
