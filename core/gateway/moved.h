/* SPDX-License-Identifier: BSD-2-Clause */
/* moved.h - sessions on their way from one worker to another, with all that
 * hangs on them (base/carry.h).
 *
 *   old worker                                     new worker
 *   gsession_rest   no tunnel, nothing half done
 *   gsession_leaves ------- bytes, sockets ------> gsession_arrives
 *                                                  gsession_goes_on
 *
 * Until gsession_goes_on nothing is read from the sockets or written to them,
 * and the old worker can still go on itself. */
#ifndef ADIT_GATEWAY_MOVED_H
#define ADIT_GATEWAY_MOVED_H

#include "base/carry.h"
#include "gateway/inspection.h"

void gsession_rests(struct gsession *);
void gsession_leaves(struct carry *, struct gsession *);
/* NULL: bad, or its gateway is not there any more (then nothing is bad, and
 * its descriptors are closed). */
struct gsession *gsession_arrives(struct carry *, struct shard *);
void gsession_goes_on(struct gsession *);

/* ---- parts of it, in both directions ---- */
/* inspection_moved.c: false: the plugin is not there any more, or another. */
void inspection_leaves(struct carry *, struct inspection *);
MUST_CHECK bool inspection_arrives(struct carry *, struct gchan *);
/* dial_moved.c */
void dial_carry(struct carry *, struct gchan *);
/* expected_moved.c */
void points_carry(struct carry *, struct gsession *);
void points_go_on(struct gsession *);
/* door_moved.c */
void doors_carry(struct carry *, struct gsession *);

#endif
