/* SPDX-License-Identifier: BSD-2-Clause */
/* preauth.h - a connection before it belongs to a session. */
#ifndef ADIT_FRONT_PREAUTH_H
#define ADIT_FRONT_PREAUTH_H

#include "frame/frame.h"
#include "front/front.h"

enum preauth_state {
	PREAUTH_HANDSHAKE,
	PREAUTH_START,
	PREAUTH_PROMPTED,
	PREAUTH_CHECKING,
	PREAUTH_REFUSING,
	PREAUTH_CLOSING,
	PREAUTH_ATTACHING,
	PREAUTH_RIGHTS
};

struct preauth {
	struct list node; /* front.preauths */
	struct front *front;
	struct conn conn;
	struct frame_reader reader;
	enum preauth_state state;
	bool is_agent; /* it says that it speaks adit/1 */
	bool has_paid; /* by a login, for its handshake */
	ev_timer timer;
	struct addr source, listen;
	struct worker_config *snap;
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
MUST_CHECK int preauth_send(struct preauth *, struct frame,
			    const uint8_t *payload);
void preauth_close(struct preauth *);
void preauth_set_timeout(struct preauth *, double seconds);

/* login.c */
int login_on_login(struct preauth *, const struct frame *, const uint8_t *p);
int login_on_answer(struct preauth *, const struct frame *, const uint8_t *p);
void login_refuse_now(struct preauth *);

#endif
