/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses.h - who has to wait before a password is looked at, and who comes
 * first.
 *
 * For each user's name there are three waiting lines, with failures and times
 * of their own: whoever guesses in one of them holds up nobody in another.
 *
 *   known   logins from an address from which this user has logged in before:
 *           they wait only for failures of this name from this address
 *   clean   logins from an address with one failure at most, in a network with
 *           few
 *   other   all others
 *
 * In a line the one goes first from whose source and network the fewest
 * failures came, so that of many addresses each gets its turn once before those
 * who are new come behind them.
 *
 * No wait is longer than GUESS_WAIT_MS, so that a try can be held until its
 * time has come.  What is remembered outlives the process (guesses_file.c). */
#ifndef ADIT_MONITOR_GUESSES_H
#define ADIT_MONITOR_GUESSES_H

#include "base/addr.h"
#include "base/defs.h"
#include "monitor/known.h"
#include "monitor/penalty.h"

enum { GUESS_WAIT_MS = 15 * 1000, GUESS_WHY = 400 };

enum guess_line { LINE_KNOWN, LINE_CLEAN, LINE_OTHER, LINES };

/* One try at a password, as these tables know it. */
struct guess {
	char user[KNOWN_USER];     /* "gateway/user" */
	char source[KNOWN_SOURCE]; /* an IPv4 address, an IPv6 /64 */
	char net[KNOWN_SOURCE];    /* its /24, its /48 */
	char pair[PENALTY_KEY];    /* "source user" */
	bool known;
	enum guess_line line; /* ... and the rest: by guess_look */
	unsigned failures;    /* of the source and its network */
	uint32_t wait_ms;     /* 0: it may be looked at now */
	bool alone;           /* not checked beside another one of its line */
};

struct guesses {
	struct known *known;
	struct penalties *by_pair;        /* in the line `known` */
	struct penalties *by_user[LINES]; /* in the other two lines */
	struct penalties *by_source;      /* in the same two */
	struct penalties *sources, *nets; /* choose the line: nobody waits */
};

/* 0 or ERR_NOMEM; guesses_fini is the caller's in both cases. */
MUST_CHECK int guesses_init(struct guesses *);
void guesses_fini(struct guesses *);

/* `now` are milliseconds that never run backwards, `today` seconds since
 * 1970. */
struct guess_try {
	const char *gateway, *user;
	const struct addr *source;
	uint64_t today;
};
/* Fills in who tries and from where; guess_look does the rest. */
void guess_make(struct guesses *, const struct guess_try *, struct guess *);
/* Fills in its line and how long it has to wait from now on. */
void guess_look(struct guesses *, struct guess *, uint64_t now);
/* Whether `a` is looked at before `b`, which came first. */
bool guess_before(const struct guess *a, const struct guess *b);
/* Whether the result of one may change how long the other has to wait. */
bool guess_concerns(const struct guess *a, const struct guess *b);
/* The password was wrong; milliseconds until the next try. */
uint32_t guess_wrong(struct guesses *, struct guess *, uint64_t now);
/* The password was right: from now on the user is known there. */
void guess_right(struct guesses *, struct guess *, uint64_t today);

/* ---- guesses_file.c ------------------------------------------------------ */

struct guess_clock {
	uint64_t now, today;
};
/* A file that is not there is an empty one, and of what somebody has written
 * into it only that counts which can be.  0, or ERR_SYS, ERR_INVAL with the
 * reason in why. */
MUST_CHECK int guesses_load(struct guesses *, const char *file,
			    const struct guess_clock *, char why[GUESS_WHY]);
/* In one step: where that fails (ERR_SYS, with the reason), the file of before
 * is still there. */
MUST_CHECK int guesses_save(struct guesses *, const char *file,
			    const struct guess_clock *, char why[GUESS_WHY]);

#endif
