/* SPDX-License-Identifier: BSD-2-Clause */
/* published.h - what a session publishes: servers on the side of its agent that
 * are reached at addresses of the gateway ([publish NAME] in aditd.ini). */
#ifndef ADIT_GATEWAY_PUBLISHED_H
#define ADIT_GATEWAY_PUBLISHED_H

#include "base/handover.h"
#include "frame/frame.h"
#include "gateway/gsession.h"
#include "policy/publish.h"

/* The agent's PUBLISH: the names that it wants from now on.  0 or an error,
 * after which the session has failed. */
MUST_CHECK int published_on_frame(struct gsession *, const struct frame *,
				  const uint8_t *p);
/* The session has got the name, or lost it (claims.h). */
void published_on_claim(struct gsession *, const char *name, bool held);
/* To be called after a new configuration, or where the user is in other groups:
 * what is not allowed any more ends, what is allowed now begins. */
void published_judge(struct gsession *);
/* To be called once a second: listens again where there were no descriptors for
 * connections. */
void published_check(struct gsession *);
/* Whether the session may still publish under this name. */
bool published_is_granted(const struct gsession *, const char *name);
/* [{name, state ("published", "waiting", "denied", "failed")}], a new
 * reference. */
json_t *published_json(const struct gsession *);
/* Publishes nothing any more.  The agent is not told. */
void published_drop(struct gsession *);

/* To another worker; there nothing listens before published_go_on. */
void published_handover(struct handover *, struct gsession *);
void published_go_on(struct gsession *);
/* Before the threads run: the sockets of the configuration refuse connections,
 * but those of sessions that have come from another worker.  That one, or one
 * that has died, may have left them listening. */
void published_shut_rest(const struct worker *, const struct worker_config *);

#endif
