/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h - what the sessions of one user may have together (quota.h), and what
 * is said when they have it all. */
#ifndef ADIT_GATEWAY_LIMITS_H
#define ADIT_GATEWAY_LIMITS_H

#include "gateway/gsession.h"
#include "gateway/quota.h"

/* Places for all users, where the process may have `most` descriptors.  NULL: no
 * memory. */
MUST_CHECK struct quotas *limits_new(int most);

/* A session has its user's quota from its beginning to its end. */
MUST_CHECK int limits_begin(struct gsession *);
void limits_end(struct gsession *);

/* A descriptor besides those of channels: one more address is tried at the same
 * time.  False: the user has too many. */
MUST_CHECK bool limits_take_beside(struct gsession *);
void limits_give(struct gsession *);

/* For session_ops, and for ports at which the gateway listens. */
const char *limits_more(struct session *, bool must);
void limits_less(struct session *);
bool limits_may_begin(struct session *);
void limits_crowded(struct session *, enum crowd);

/* Once a second: what the log has not been told of. */
void limits_check(struct gsession *, uint64_t now_us);

#endif
