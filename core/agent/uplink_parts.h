/* SPDX-License-Identifier: BSD-2-Clause */
/* uplink_parts.h - what the files of an uplink say to each other. */
#ifndef ADIT_AGENT_UPLINK_PARTS_H
#define ADIT_AGENT_UPLINK_PARTS_H

#include "agent/conf.h"
#include "agent/uplink.h"
#include "tls/identity.h"

/* ---- uplink.c: events of the other files */

void uplink_become(struct uplink *, enum uplink_state);
/* A login has succeeded: its session begins. */
void uplink_logged_in(struct uplink *, const struct profile *);
/* A gateway refuses a login or ends the session because of its user (enum
 * leave). */
void uplink_refused(struct uplink *, unsigned leave);
/* ATTACHED: the channels go on, or, if `fresh`, are gone. */
void uplink_attached(struct uplink *, bool fresh);
/* A list of resources is complete. */
void uplink_listed(struct uplink *);
/* The connection under the session has ended. */
void uplink_tunnel_down(struct uplink *, int err, const char *why);
/* Frees session and connections; the state becomes UPLINK_DOWN. */
void uplink_end(struct uplink *);
/* Whether there are channels, which use a tunnel or wait for one. */
bool uplink_has_waiting(const struct uplink *);
/* No channel waits for a tunnel any more. */
void uplink_settle(struct uplink *);
/* A refusal (enum leave) which says nothing of the password, but when to come
 * again. */
static inline bool uplink_is_put_off(unsigned leave)
{
	return leave == LEAVE_BUSY || leave == LEAVE_TRIES;
}

/* ---- uplink_retry.c: which gateway is tried next, and when */

void uplink_retry_init(struct uplink *);
void uplink_try_now(struct uplink *);
/* The next delay is the first one again. */
void uplink_retry_soon(struct uplink *);
/* The tunnel is gone, or a gateway is out of reach or does not want us now: the
 * next of the list, or the same one later. */
void uplink_failed(struct uplink *);
/* The session is over (enum leave): another one, later. */
void uplink_over(struct uplink *, unsigned leave);
/* network.changed */
void uplink_on_network(struct network *, enum network_news);

/* ---- uplink_connect.c: connections, and what a tunnel brings */

void uplink_connect(struct uplink *);
/* What the agent waits for on the way to the gateway: the end of a sentence,
 * behind "HOST:PORT: ". */
const char *uplink_step(const struct uplink *);
/* The connection to a gateway, for a tunnel or a login; NULL: none. */
struct conn *uplink_conn(struct uplink *);
/* uplink_dial.done */
void uplink_dialled(struct uplink_dial *, int fd, const char *why);
/* The session of uplink.profile; 0 or ERR_NOMEM. */
MUST_CHECK int uplink_session_new(struct uplink *);
void uplink_session_drop(struct uplink *);
extern const struct session_ops uplink_session_ops;

/* ---- uplink_identity.c */

/* The certificate to log in with; NULL: none is configured.  Not 0: it cannot
 * be used, and the login has failed. */
MUST_CHECK int uplink_identity_open(struct uplink *, struct tls_identity **);

/* ---- uplink_login.c: the conversation that makes a session */

/* Takes fd. */
void uplink_login_begin(struct uplink *, int fd);
void uplink_login_drop(struct uplink *);
struct conn *uplink_login_conn(struct uplink *); /* NULL: none is under way */
const char *uplink_login_step(const struct uplink *); /* as uplink_step */

#endif
