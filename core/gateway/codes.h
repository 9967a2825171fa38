/* SPDX-License-Identifier: BSD-2-Clause */
/* codes.h - one-time codes inside a session: connections to resources with
 * `require = otp` are held until the user has given one.
 *
 *   IDLE ---- the first is held ----> ASKING: can there be a code?
 *     ^                                  |  there can: the agent is told
 *     |<---------------------------------+  no secret: those held are refused
 *     |
 *     |------ the agent sends one ----> CHECKING: the monitor looks at it
 *     |<---------------------------------+  right: those held go on, for good
 */
#ifndef ADIT_GATEWAY_CODES_H
#define ADIT_GATEWAY_CODES_H

#include "base/handover.h"
#include "base/list.h"
#include "frame/frame.h"
#include "gateway/shard_mail.h"
#include "policy/conf.h"

enum { CODES_HELD = 64 }; /* channels of a session that wait for a code */

struct gchan;
struct gsession;

enum codes_state { CODES_IDLE, CODES_ASKING, CODES_CHECKING };

struct codes {
	bool proven;      /* a code was right, or the login had one */
	bool agent_knows; /* the agent can ask its user for one */
	enum codes_state state;
	uint32_t question; /* the number of the newest one to the monitor */
	uint64_t asked_us; /* when that was asked */
	struct list held;  /* struct gchan.dialing, the oldest first */
};

void codes_init(struct codes *);
/* Whether nothing is missing of what `require` of the resource asks for. */
static inline bool codes_let(const struct codes *c, const struct gw_resource *r)
{
	return !r->needs_code || c->proven;
}
/* Whether it waits for a code. */
bool codes_holds(const struct gchan *);
/* To which resource one that waits goes.  NULL: a reload has taken it away. */
const struct gw_resource *codes_resource(const struct gchan *);
/* Policy lets this channel to the resource but for a code: it is held, or reset
 * where nobody can give one. */
void codes_hold(struct gchan *, const struct gw_resource *);
/* The agent's CODE.  0 or an error, after which the session has failed. */
MUST_CHECK int codes_on_frame(struct gsession *, const struct frame *,
			      const uint8_t *p);
/* What the monitor says. */
void codes_on_answer(struct gsession *, const struct mail_code_is *);
/* To be called once a second while there is a tunnel. */
void codes_check(struct gsession *, uint64_t now);
/* There was no tunnel for so long, and nobody could give a code. */
void codes_stood_still(struct gsession *, uint64_t us);
/* To be called after a new configuration: what is held is asked for again. */
void codes_judge(struct gsession *);

/* To another worker: whether the session has shown a code; a channel that is
 * held is held there anew. */
void codes_handover(struct handover *, struct gsession *);
void codes_go_on(struct gsession *);

#endif
