/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h - how many connections, bytes per second and how much memory the
 * sessions of one user may have together (quota.h, rates.h), and what log and
 * user hear when that is used up. */
#ifndef ADIT_GATEWAY_LIMITS_H
#define ADIT_GATEWAY_LIMITS_H

#include "gateway/gsession.h"
#include "gateway/quota.h"

/* The quotas of all users of a process that may have `most` descriptors; a
 * part of these is kept for logins.  NULL: no memory. */
MUST_CHECK struct quotas *limits_new(int most);
/* That part, in descriptors: connections that have not logged in use no
 * more. */
unsigned limits_kept(int most);

/* A session holds the quota of its user from its beginning to its end.  0 or
 * ERR_NOMEM. */
MUST_CHECK int limits_begin(struct gsession *);
void limits_end(struct gsession *);
/* Which limits count now: to be called when there is a session, and when its
 * user's groups or the configuration have changed. */
void limits_renew(struct gsession *);
/* The shard's timer for bytes per second.  Called once. */
void limits_init(struct shard *);

/* One descriptor more than channels have: another address of a server is
 * tried at the same time.  False: the user may have no more. */
MUST_CHECK bool limits_take_beside(struct gsession *);
void limits_give(struct gsession *);

/* For struct session_ops: more, less, turn, spent and crowded.  The first
 * two also count the ports at which the gateway listens for servers. */
const char *limits_more(struct session *, bool must);
void limits_less(struct session *);
const char *limits_turn(struct session *, uint64_t *at);
void limits_spent(struct session *);
void limits_crowded(struct session *, enum crowd);

/* To be called once a second: writes to the log how many refusals were counted,
 * when their minute is over. */
void limits_check(struct gsession *, uint64_t now_us);

#endif
