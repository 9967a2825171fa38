/* SPDX-License-Identifier: BSD-2-Clause */
/* rates.h - bytes per second: a rate of a gateway is shared by its users, that
 * of a user by his sessions, whatever threads these are on.
 *
 *   rates ---- gateway ---- user ---- session: two allowances
 *
 * A session takes what it moves from an allowance of its own, without a lock
 * (channel/allowance.h).  Every 25 ms rates_turn gives each session what it may
 * want, as far as the rates go: whoever wants little gets all of it, and the
 * others get equal parts of the rest (max-min fairness). */
#ifndef ADIT_GATEWAY_RATES_H
#define ADIT_GATEWAY_RATES_H

#include "base/defs.h"
#include "base/list.h"
#include "channel/allowance.h"
#include "policy/conf.h"

#include <stdint.h>

#define RATES_TURN_US UINT64_C(25000)

/* One who takes part when bytes are given out. */
struct rate_share {
	struct list node;
	int64_t want, got;
};

struct rate_user;

/* Of one session; all zero: it has no limit. */
struct rate {
	struct rate_share share[DIRECTIONS];
	struct allowance allowance[DIRECTIONS];
	int64_t seen[DIRECTIONS]; /* allowance.used, at the last turn */
	bool limited[DIRECTIONS];
	struct rate_user *user;
};

struct rates;
MUST_CHECK struct rates *rates_new(void);
/* Only when every session has left. */
void rates_free(struct rates *);

/* In bytes per second, 0: no limit. */
struct rate_limits {
	const char *gateway, *user;
	uint64_t of_gateway[DIRECTIONS], of_user[DIRECTIONS];
};
/* The limits of a session, from now on; it may have had others.  0 or
 * ERR_NOMEM: then it has none. */
MUST_CHECK int rate_join(struct rates *, struct rate *,
			 const struct rate_limits *);
void rate_leave(struct rates *, struct rate *);
/* What session_limit gets; NULL: there is no limit in this direction. */
struct allowance *rate_allowance(struct rate *, enum gw_direction);

/* Gives out what the rates allow, if RATES_TURN_US have passed since somebody
 * did; by any thread.  Time in microseconds of one clock. */
void rates_turn(struct rates *, uint64_t now_us);

#endif
