/* SPDX-License-Identifier: BSD-2-Clause */
/* preauth.h - a connection from the beginning of TLS until it belongs to a
 * session or is refused.
 *
 *   state      LOGIN     ANSWER    ATTACH     verdict    turn ends  timer
 *   HANDSHAKE  -         -         -          -          -          ends
 *   START      PROMPTED  error     ATTACHING  -          -          ends
 *   PROMPTED   error     CHECKING  error      -          -          ends
 *   CHECKING   error     error     error      question:  -          ends
 *                                              PROMPTED
 *                                             right, or
 *                                             changed:
 *                                              CLOSING
 *                                             else:
 *                                              REFUSING
 *   REFUSING   error     error     error      -          -          CLOSING
 *   CLOSING    error     error     error      -          -          ends
 *   ATTACHING  error     error     error      -          RIGHTS     ends
 *   RIGHTS     error     error     error      -          -          ends
 *   PAGES      -         -         -          -          -          ends
 *
 * In RIGHTS the monitor's answer about the user is waited for; then the
 * connection belongs to the session's shard, or becomes CLOSING.  HANDSHAKE
 * becomes START when TLS is up, or PAGES where ALPN says http/1.1: then the
 * bytes go to the web process, and PAGES becomes CLOSING when that closes its
 * end.  START becomes CLOSING where the worker takes no
 * new sessions, CHECKING where the first question is not the password; PROMPTED
 * and START become REFUSING where the monitor cannot be asked, PROMPTED also
 * where the monitor waits no longer for an answer,
 * ATTACHING becomes CLOSING where there is no such session.  "error" and "ends"
 * end the connection. */
#ifndef ADIT_FRONT_PREAUTH_H
#define ADIT_FRONT_PREAUTH_H

#include "frame/frame.h"
#include "front/front.h"
#include "front/page_relay.h"

enum preauth_state {
	PREAUTH_HANDSHAKE, /* TLS */
	PREAUTH_START,     /* LOGIN or ATTACH is to come */
	PREAUTH_PROMPTED,  /* an answer is to come */
	PREAUTH_CHECKING,  /* the monitor checks it */
	PREAUTH_REFUSING,  /* the refusal waits, so that guessing is slow */
	PREAUTH_CLOSING,   /* the last frame is sent, TLS ends */
	PREAUTH_ATTACHING, /* ATTACH has come; nothing may follow it */
	PREAUTH_RIGHTS,    /* the monitor is asked about the session's user */
	PREAUTH_PAGES,     /* a browser's: bytes go to the web process */
	PREAUTH_STATES
};

struct preauth {
	struct list node; /* front.preauths */
	struct front *front;
	struct conn conn;
	struct frame_reader reader;
	enum preauth_state state;
	bool is_agent; /* its ClientHello says that it speaks adit/1, or HTTP */
	bool has_paid; /* it logged in: its handshake counts for nothing */
	ev_timer timer;
	struct addr source, listen;
	struct worker_config *config;
	const struct gw_gateway *gateway; /* of config */
	struct login login;
	bool knows_tries; /* the agent understands LEAVE_TRIES */
	bool too_many;    /* wrong passwords before this one, see AUTH_TRIES */
	uint32_t auth_id; /* of the MSG_AUTH under way, or 0 */
	unsigned asked;   /* how many answers the last PROMPT wants */
	uint32_t wait_ms; /* of a refusal: the agent is to wait so long */
	uint16_t leave;   /* of a refusal: LEAVE_*, why */
	char hint[HINT_MAX]; /* of a refusal: what was wrong, or "" */
	struct attach attach;
	uint32_t marker;         /* of the ATTACH frame */
	bool shares;             /* FLAG_SHARES of it */
	bool codes;              /* FLAG_CODES of it */
	struct page_relay relay; /* PREAUTH_PAGES */
};

/* To a state that the table above allows; another one is logged as a mistake of
 * this program. */
void preauth_become(struct preauth *, enum preauth_state);
/* "checking".  Constant. */
const char *preauth_state_str(enum preauth_state);
/* Sends one frame; service and protocol are filled in.  0 or an error, which
 * has ended the connection. */
MUST_CHECK int preauth_send(struct preauth *, struct frame,
			    const uint8_t *payload);
/* Sends what waits, then ends TLS and the connection: PREAUTH_CLOSING. */
void preauth_close(struct preauth *);
/* In so many seconds, instead of an earlier one: the timer of the table. */
void preauth_set_timeout(struct preauth *, double seconds);

/* login.c: LOGIN and ANSWER have come, with payload p.  0, or ERR_PROTO where
 * they are malformed or not expected in this state. */
MUST_CHECK int login_on_login(struct preauth *, const struct frame *,
			      const uint8_t *p);
MUST_CHECK int login_on_answer(struct preauth *, const struct frame *,
			       const uint8_t *p);
/* The connection ends: the monitor's answer is not waited for. */
void login_forget(struct preauth *);
/* A memfd with the certificates that the client has shown, as tls_peer_chain
 * writes them; -1: none.  The handshake has proved that the client holds the
 * key; the monitor has the rest checked.  0 or an error. */
MUST_CHECK int login_chain(const struct preauth *, int *fd);
/* The refusal is due. */
void login_refuse_now(struct preauth *);

#endif
