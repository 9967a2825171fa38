/* SPDX-License-Identifier: BSD-2-Clause */
/* move.h - all sessions of a worker go to another one.
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
#ifndef ADIT_FRONT_MOVE_H
#define ADIT_FRONT_MOVE_H

#include "front/front.h"

enum { MOVE_ERROR = 256 };

/* MSG_MOVE has come. */
void move_start(struct front *, struct msg *);
/* No tunnel is left: to f->heir with all. */
void move_now(struct front *);
/* Front thread; no shard's thread runs.  0: they are the other worker's now, and
 * nothing of them may be touched here. */
MUST_CHECK int move_out(struct front *, int sock, char why[MOVE_ERROR]);
/* Before the threads of the shards begin. */
MUST_CHECK int move_in(struct front *, int sock, char why[MOVE_ERROR]);

#endif
