/* SPDX-License-Identifier: BSD-2-Clause */
/* session_handover.h - sends a session to another process and receives it there
 * (base/handover.h). */
#ifndef ADIT_CHANNEL_SESSION_HANDOVER_H
#define ADIT_CHANNEL_SESSION_HANDOVER_H

#include "base/handover.h"
#include "channel/session.h"

/* The owner's function for the local end of a channel, whose fields follow
 * those of the channel.  Receiving, it gives the channel its end with
 * chan_attach. */
typedef void chan_end_handover(struct handover *, struct chan *);

/* Counts, log, frames that wait, channels with their credit.
 *
 * Sending, the session has no tunnel, has been reaped, and must not be used
 * again unless the handover fails.  Receiving, it comes straight from
 * session_new, with the same role and marker, and is not attached.  Whether a
 * channel is readable is not sent: the local end calls chan_readable again in
 * the new process. */
void session_handover(struct handover *, struct session *, chan_end_handover *);

#endif
