/* SPDX-License-Identifier: BSD-2-Clause */
/* quota.h - what one user may have of the worker: descriptors at once,
 * connections that begin in a second, memory, and (rates.h) bytes per second.
 *
 * It is the user's, not a session's: sessions of one user share it from all
 * threads, and it stays for a while when the last one has ended.
 *
 *   descriptors of the process
 *   |- its own -|- kept for logins -|-------- places --------------|
 *                                    used by ... users ... | free
 *
 * Nobody may have more places than are free, so that one user alone comes to
 * half of them, n users who want all to 1/(n + 1) each, and there is always a
 * rest (Choudhury and Hahne, 1998). */
#ifndef ADIT_GATEWAY_QUOTA_H
#define ADIT_GATEWAY_QUOTA_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	QUOTA_BURST_S = 10, /* so many seconds' worth may begin at once */
	QUOTA_WAIT_S = 5,   /* for which the next ones wait; more are refused */
};

struct budget_pool;
struct quotas;
struct quota;
struct rates;

enum quota_answer {
	QUOTA_YES,
	QUOTA_FULL,    /* the user has as many as the setting lets */
	QUOTA_SHORT,   /* or as many as are free */
	QUOTA_CROWDED, /* all users of the gateway have as many as they may */
};

/* What the log is told of, each at most once a minute. */
enum quota_news {
	QUOTA_NEWS_FULL,
	QUOTA_NEWS_SHORT,
	QUOTA_NEWS_CROWDED,
	QUOTA_NEWS_HASTY,  /* too many wait for their turn already */
	QUOTA_NEWS_SLOW,   /* connections wait for their turn */
	QUOTA_NEWS_RATE,   /* bytes do */
	QUOTA_NEWS_MEMORY, /* connections wait for their user's memory */
	QUOTA_NEWS_LOGIN,  /* the front: logins above a number of sessions */
	QUOTA_NEWS_ALL
};

MUST_CHECK struct quotas *quotas_new(unsigned places);
struct rates *quotas_rates(struct quotas *);
/* Only when every quota was put back. */
void quotas_free(struct quotas *);

/* The quota of the user `who`, "gateway/user", for one more session; quota_put
 * gives it back.  The session itself counts among the places of all, not among
 * those of its user.  NULL: no memory. */
MUST_CHECK struct quota *quota_get(struct quotas *, const char *who,
				   uint64_t now_us);
void quota_put(struct quota *); /* NULL: nothing happens */

/* Takes one place more, where the user has less than `most`.  The caller
 * gives it back with quota_give. */
MUST_CHECK enum quota_answer quota_take(struct quota *, unsigned most);
/* The same for another address of a server that is being tried already: only
 * while the user has less than half of what may be had, so that there is
 * room for further connections. */
MUST_CHECK enum quota_answer quota_take_beside(struct quota *, unsigned most);
/* Takes `n` places without asking: they are in use already. */
void quota_force(struct quota *, unsigned n);
void quota_give(struct quota *, unsigned n);
/* How many places all users of the gateway together may have from now on; 0: as
 * many as they want. */
void quota_limit_gateway(struct quota *, unsigned most);

/* Counts one more connection that begins, and sets *at to the time at which it
 * may, 0 for at once (a token bucket, whose tokens can be had in advance).
 * False: it would have to wait for more than QUOTA_WAIT_S, and nothing is
 * counted.  per_second 0: there is no limit. */
MUST_CHECK bool quota_turn(struct quota *, unsigned per_second, uint64_t now_us,
			   uint64_t *at);

/* The memory of all the user's sessions, for struct budget; its limit is the
 * caller's to set. */
struct budget_pool *quota_memory(struct quota *);

/* Counts one more event.  Returns how many there were since the log was
 * told, if it is to be told now (once a minute); else 0. */
unsigned quota_note(struct quota *, enum quota_news, uint64_t now_us);
/* The same without an event: what was counted and is due after its minute. */
unsigned quota_due(struct quota *, enum quota_news, uint64_t now_us);

struct quota_numbers {
	unsigned places, used; /* of all users */
	unsigned own;          /* of this one */
};
struct quota_numbers quota_count(const struct quota *);
struct quota_numbers quotas_count(struct quotas *);
/* How often something has happened since the process started; quotas_note is
 * for what is no user's. */
uint64_t quotas_told(struct quotas *, enum quota_news);
void quotas_note(struct quotas *, enum quota_news);

#endif
