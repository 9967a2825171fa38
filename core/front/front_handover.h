/* SPDX-License-Identifier: BSD-2-Clause */
/* front_handover.h - a worker gives all its sessions to another one, over a
 * socketpair that the monitor has made for the two.
 *
 *   old worker                    monitor                     new worker
 *       |                            | - HANDOVER_FROM,           |
 *       |                            |     PLUGINS, CONF -------> |
 *       |                            | <----- HANDOVER_READY ---- |
 *       | <----- HANDOVER_TO ------- |                            |
 *       | GOAWAY to all agents, which stop sending; threads pause |
 *       | ----- HANDOVER_HEAD: numbers that go on --------------> |
 *       | for each session:                                       |
 *       | ----- HANDOVER_FDS: its sockets ----------------------> |
 *       | ----- HANDOVER_SESSION: its state --------------------> |
 *       | ----- HANDOVER_END -----------------------------------> |
 *       | <----- TAKEN, after each of these --------------------- |
 *       | ----- HANDOVER_DONE ----------------------------------> |
 *      ends                          | <------- READY ----------- |
 *
 * HANDOVER_DONE is what makes the sessions the new worker's.  Whatever fails
 * before it, the old worker goes on with all sessions and says HANDOVER_FAILED
 * to both others; the new one has read nothing from the sockets, and ends.  The
 * end of the old worker after HANDOVER_END counts as HANDOVER_DONE: nobody else
 * can have the sessions then. */
#ifndef ADIT_FRONT_FRONT_HANDOVER_H
#define ADIT_FRONT_FRONT_HANDOVER_H

#include "front/front.h"

enum { HANDOVER_ERROR = 256 };

/* MSG_HANDOVER_TO has come: takes its socket, ends all tunnels, then sends. */
void front_handover_start(struct front *, struct msg *);
/* In the old worker, while no shard's thread runs.  0: the sessions are the
 * other worker's now, and nothing of them may be touched here.  An error: they
 * are all still here, and `why` says what went wrong. */
MUST_CHECK int front_handover_send(struct front *, int sock,
				   char why[HANDOVER_ERROR]);
/* In the new worker, before the shards' threads begin.  Closes the socket.  An
 * error: the sessions stay with the old one, this process must end. */
MUST_CHECK int front_handover_receive(struct front *, int sock,
				      char why[HANDOVER_ERROR]);

#endif
