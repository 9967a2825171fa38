/* SPDX-License-Identifier: BSD-2-Clause */
/* gsession_handover.h - sessions on their way from one worker to another, with
 * all that belongs to them (base/handover.h).
 *
 *   old worker                                     new worker
 *   gsession_rests  no tunnel, nothing half done
 *   gsession_leaves ------- bytes, sockets ------> gsession_arrives
 *                                                  gsession_goes_on
 *
 * Until gsession_goes_on nothing is read from the sockets or written to
 * them, and the old worker can still go on itself. */
#ifndef ADIT_GATEWAY_GSESSION_HANDOVER_H
#define ADIT_GATEWAY_GSESSION_HANDOVER_H

#include "base/handover.h"
#include "gateway/inspection.h"

void gsession_rests(struct gsession *);
void gsession_leaves(struct handover *, struct gsession *);
/* NULL: bad, or its gateway is not there any more (then nothing is bad, and
 * its descriptors are closed). */
struct gsession *gsession_arrives(struct handover *, struct shard *);
void gsession_goes_on(struct gsession *);

/* ---- parts of it, in both directions ---------------------------------- */
/* inspection_handover.c.  False: the plugin is gone or is of another
 * version. */
void inspection_leaves(struct handover *, struct inspection *);
MUST_CHECK bool inspection_arrives(struct handover *, struct gchan *);
/* dial_handover.c */
void dial_handover(struct handover *, struct gchan *);

#endif
