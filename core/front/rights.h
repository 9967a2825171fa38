/* SPDX-License-Identifier: BSD-2-Clause */
/* rights.h - the front thread asks the monitor whether users who have sessions
 * may still have them.
 *
 * It asks about all sessions after a new configuration, a change by aditctl and
 * an upgrade; about one session before that gets another tunnel.  A session
 * whose user has been removed or locked, or has another password, ends. */
#ifndef ADIT_FRONT_RIGHTS_H
#define ADIT_FRONT_RIGHTS_H

#include "frame/payload.h"
#include "process/msg_rights.h"
#include "front/registry.h"

#include <ev.h>

struct front;

/* `leave` is LEAVE_NONE where the user keeps the session, or why it ends. */
typedef void rights_decided_fn(struct front *, uint64_t session,
			       unsigned leave);

struct rights {
	struct list queue; /* struct registry_entry.asking: to be asked */
	struct {
		uint32_t id; /* 0: free */
		uint64_t session;
	} asked[RIGHTS_AT_ONCE];
	unsigned nasked;
	uint32_t last_id;
	ev_timer retry; /* runs after a message that could not be sent */
	rights_decided_fn *decided;
};

void rights_init(struct front *, rights_decided_fn *decided);
void rights_fini(struct front *);
/* The answer, about this session, comes with `decided`; not from inside. */
void rights_ask(struct front *, struct registry_entry *);
void rights_ask_all(struct front *);
/* The user has changed the password, and now has this stamp: who->keep goes on
 * with it, if it is a session of this user's; the others at this gateway end.
 * Returns how many. */
unsigned rights_changed(struct front *, const struct login *who,
			const char *gateway, const uint8_t stamp[STAMP_LEN]);
/* MSG_RIGHTS_ARE: ends the session or tells it the user's groups, then calls
 * `decided`. */
void rights_answered(struct front *, const struct msg *);

#endif
