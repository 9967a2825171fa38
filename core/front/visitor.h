/* SPDX-License-Identifier: BSD-2-Clause */
/* visitor.h - a connection before it belongs to a session. */
#ifndef ADIT_FRONT_VISITOR_H
#define ADIT_FRONT_VISITOR_H

#include "frame/frame.h"
#include "front/front.h"

enum visit {
	VISIT_HANDSHAKE,
	VISIT_START,
	VISIT_PROMPTED,
	VISIT_CHECKING,
	VISIT_REFUSING,
	VISIT_LEAVING,
	VISIT_ATTACHING,
	VISIT_JUDGED
};

struct visitor {
	struct list node; /* front.visitors */
	struct front *front;
	struct conn conn;
	struct frame_reader reader;
	enum visit state;
	bool is_agent; /* it says that it speaks adit/1 */
	bool has_paid; /* by a login, for its handshake */
	ev_timer timer;
	struct addr source, listen;
	struct snapshot *snap;
	const struct gw_gateway *gateway; /* of snap */
	struct login login;
	bool knows_tries; /* the agent: LEAVE_TRIES */
	bool too_many;    /* tries failed before this one */
	uint32_t auth_id; /* 0: none is asked */
	uint32_t wait_ms; /* of a refusal */
	uint16_t leave;
	struct attach attach;
	uint32_t marker;
};

/* One frame; service and protocol are filled in.  0 or an error, which has
 * ended the connection. */
MUST_CHECK int visitor_send(struct visitor *, struct frame,
			    const uint8_t *payload);
void visitor_leave(struct visitor *);
void visitor_time(struct visitor *, double seconds);

/* login.c */
int login_on_login(struct visitor *, const struct frame *, const uint8_t *p);
int login_on_answer(struct visitor *, const struct frame *, const uint8_t *p);
void login_refuse_now(struct visitor *);

#endif
