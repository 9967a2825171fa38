/* SPDX-License-Identifier: BSD-2-Clause */
/* quota.h - what one user may have of the worker: descriptors at once, and
 * connections that begin in a second.
 *
 * It is the user's, not a session's: sessions of one user share it from all
 * threads, and it stays for a while when the last one has ended.
 *
 *   descriptors of the process
 *   |- its own -|- kept for logins -|-------- places --------------|
 *                                    used by ... users ... | free
 *
 * Nobody may have more places than are free, so that one user alone comes to half
 * of them, n users who want all to 1/(n + 1) each, and there is always a rest
 * (Choudhury and Hahne, 1998). */
#ifndef ADIT_GATEWAY_QUOTA_H
#define ADIT_GATEWAY_QUOTA_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum { QUOTA_BURST_S = 10 }; /* so many seconds' worth may begin at once */

struct quotas;
struct quota;

enum quota_answer {
	QUOTA_YES,
	QUOTA_FULL,  /* the user has as many as the setting lets */
	QUOTA_SHORT, /* or as many as are free */
};

/* What the log is told of, each at most once a minute. */
enum quota_news {
	QUOTA_NEWS_FULL,
	QUOTA_NEWS_SHORT,
	QUOTA_NEWS_SLOW, /* connections wait for their turn */
	QUOTA_NEWS_ALL
};

MUST_CHECK struct quotas *quotas_new(unsigned places);
/* When nobody has one any more. */
void quotas_free(struct quotas *);

/* Of `who`, for one more session, until quota_put.  A session takes a place, but
 * none of its user's.  NULL: no memory. */
MUST_CHECK struct quota *quota_get(struct quotas *, const char *who,
				   uint64_t now_us);
void quota_put(struct quota *); /* NULL: nothing happens */

/* One place more, of at most `most`.  Whoever says yes to a user, counts it. */
MUST_CHECK enum quota_answer quota_take(struct quota *, unsigned most);
/* The same for another address of a server that is being tried already: only while
 * the user has less than half as much as may be had, so that further connections
 * find room. */
MUST_CHECK enum quota_answer quota_take_beside(struct quota *, unsigned most);
/* What is there already, or must be. */
void quota_force(struct quota *, unsigned n);
void quota_give(struct quota *, unsigned n);

/* One more connection begins now; false: it must wait.  0 a second: none has to
 * (token bucket). */
MUST_CHECK bool quota_begin(struct quota *, unsigned per_second,
			    uint64_t now_us);

/* It has happened once more.  How often since the log was told, if that is to be
 * said now; else 0. */
unsigned quota_note(struct quota *, enum quota_news, uint64_t now_us);
/* The same of what nobody has told of yet, when a minute is over. */
unsigned quota_due(struct quota *, enum quota_news, uint64_t now_us);

struct quota_numbers {
	unsigned places, used; /* of all users */
	unsigned own;          /* of this one */
};
struct quota_numbers quota_count(const struct quota *);
struct quota_numbers quotas_count(struct quotas *);

#endif
