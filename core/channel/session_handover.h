/* SPDX-License-Identifier: BSD-2-Clause */
/* session_handover.h - a session on its way to another process (base/carry.h). */
#ifndef ADIT_CHANNEL_SESSION_HANDOVER_H
#define ADIT_CHANNEL_SESSION_HANDOVER_H

#include "base/handover.h"
#include "channel/session.h"

/* The local end of a channel, behind the channel's own fields; arriving, gives
 * it one with chan_attach. */
typedef void chan_end_handover(struct handover *, struct chan *);

/* Counts, log, frames that wait, channels with their credit.  Leaving, the
 * session has no tunnel, has been reaped, and is not to be used again unless
 * the move fails.  Arriving, it is fresh from session_new, with the same role
 * and marker, and is not attached.  Bytes that were announced with chan_readable
 * and not read are announced again by who has them. */
void session_handover(struct handover *, struct session *, chan_end_handover *);

#endif
