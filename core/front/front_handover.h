/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover.h - all sessions of a worker go to another one.
 *
 *   old worker                    monitor                     new worker
 *       |                            | - INHERIT, PLUGINS, CONF -> |
 *       |                            | <------- WILLING ---------- |
 *       | <--------- MOVE ---------- |                             |
 *       |  GOAWAY to all agents, threads pause                     |
 *       | ---- HEAD, FDS, SESSION ..., END, each answered -------> |
 *       | ---- YOURS --------------------------------------------> |
 *      ends                          | <-------- READY ----------- |
 *
 * Whatever fails before YOURS, the old worker goes on with all that it has and
 * says STAYED; the new one has read nothing from the sockets, and ends. */
#ifndef ADIT_FRONT_FRONT_HANDOVER_H
#define ADIT_FRONT_FRONT_HANDOVER_H

#include "front/front.h"

enum { HANDOVER_ERROR = 256 };

/* MSG_HANDOVER_TO has come. */
void front_handover_start(struct front *, struct msg *);
/* No tunnel is left: to f->successor with all. */
void front_handover_now(struct front *);
/* Front thread; no shard's thread runs.  0: they are the other worker's now, and
 * nothing of them may be touched here. */
MUST_CHECK int front_handover_send(struct front *, int sock,
				   char why[HANDOVER_ERROR]);
/* Before the threads of the shards begin. */
MUST_CHECK int front_handover_receive(struct front *, int sock,
				      char why[HANDOVER_ERROR]);

#endif
