/* SPDX-License-Identifier: BSD-2-Clause */
/* msg.h - what the gateway's processes say to each other.
 *
 *              sign (front thread waits)        control socket, signals
 *   worker <-----------------------------> monitor <--> aditctl
 *      |   <------- main, seqpacket ------>  |  |
 *      |                                     |  +-- password checkers, PAM, web
 *      +------ names, seqpacket ------> resolver <---- names too (aditctl why)
 *
 * All are SOCK_SEQPACKET socketpairs made by the monitor; one message is one
 * packet: a type byte, an id (u32) that the answer repeats, then fields packed
 * with base/wire.h.  What may be long travels as a sealed memfd.  The monitor
 * does not trust a worker: every field is checked, a malformed message ends the
 * worker.  "fds" are the descriptors that come with a packet. */
#ifndef ADIT_PROCESS_MSG_H
#define ADIT_PROCESS_MSG_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/defs.h"
#include "frame/payload.h"
#include "process/msg_type.h"
#include "process/stamp.h"

#include <stdint.h>

#define MSG_MAX 8192 /* bytes of one packet */
#define MSG_FDS 128  /* descriptors in one packet */

/* Goes up with every change of this file or of what crosses in a handover: all
 * functions with a struct handover.  Only an aditd with the same number takes
 * sessions over from a running one. */
#define HANDOVER_VERSION 13

/* MSG_CONTROL, from aditctl (docs/man/aditctl.8 has the answers):
 *
 *   {"command": "sessions" | "channels" | "stats" | "status" | "plugins"}
 *   {"command": "recheck"}     the users file has changed
 *   {"command": "kick", "what": a user's name, or a session's number as text}
 *   {"command": "kick_user", "user": ..., "gateway": ...}
 *   {"command": "another_password", "user", "gateway"}: the sessions of this
 *                  user were made with the old one; of the monitor alone
 *   {"command": "drain", "timeout_ms": ... (may be missing)}: nobody can log in
 *                  any more, and the worker ends with its last session
 *   {"command": "record", "resource", "token"}: begins to record connections
 *   {"command": "recorded", "token", "stop"}: what was recorded until now
 *
 * with "gateway": for one virtual gateway alone.  The reply is what aditctl
 * prints with --json, or {"error": "what, and what to do"}. */
#define CONTROL_MAX (16u << 20) /* bytes of a reply */

struct msg {
	uint8_t type;
	uint32_t id;
	size_t len;
	uint8_t data[MSG_MAX];
	int fds[MSG_FDS]; /* owned by the receiver */
	unsigned nfds;
};

/* Sends one packet.  0; ERR_AGAIN: a non-blocking socket is full; ERR_CLOSED:
 * the other end is closed; or ERR_SYS.  Descriptors stay the sender's. */
MUST_CHECK int msg_send(int sock, const struct msg *);
/* Receives one packet, whose descriptors are the caller's (msg_close_fds).  0;
 * ERR_AGAIN: none is there; ERR_CLOSED: the other end is closed; ERR_PROTO: it
 * is malformed; or ERR_SYS. */
MUST_CHECK int msg_recv(int sock, struct msg *);
void msg_close_fds(struct msg *);

/* A sealed memfd with these bytes, or -1; and back (whole, NUL-terminated in
 * the buf behind its counted bytes).  msg_memfd_read refuses more than `most`
 * bytes and what is not sealed. */
MUST_CHECK int msg_memfd(const char *name, const void *p, size_t n);
MUST_CHECK int msg_memfd_read(int fd, struct buf *out, size_t most);

/* Makes str16 text the whole of the message's bytes; longer text is cut. */
void msg_put_text(struct msg *, const char *text);
/* The str16 of which the message consists, harmless to logs and terminals:
 * escaped but for the ends of its lines.  0 or ERR_PROTO. */
#define MSG_TEXT MSG_MAX
MUST_CHECK int msg_text(const struct msg *, char text[MSG_TEXT]);

/* ---- fields of single messages; pack_ returns bytes, 0 if too long ------- */

struct msg_auth {         /* MSG_AUTH */
	uint32_t gateway; /* index in the configuration */
	char user[USER_MAX];
	struct addr source;
	bool has_password;         /* it was asked for already */
	char password[ANSWER_MAX]; /* secret: to be wiped */
	bool change;               /* for another password, not a session */
};
size_t pack_msg_auth(uint8_t *p, size_t cap, const struct msg_auth *);
MUST_CHECK int unpack_msg_auth(struct msg_auth *, const uint8_t *p, size_t n);

enum msg_verdict {
	AUTH_WRONG,
	AUTH_RIGHT,
	AUTH_LATER,   /* not checked, since too many wait */
	AUTH_TRIES,   /* not checked, since many tries failed before */
	AUTH_CHANGED, /* the password is another one now: the stamp is of it */
	AUTH_UNCHANGED, /* it is not: the hint says why */
	AUTH_VERDICTS
};

#define HINT_MAX 200
struct msg_auth_result {
	uint8_t verdict;          /* enum msg_verdict */
	uint32_t wait_ms;         /* until the next try, by who tried */
	char groups[1024];        /* of the users file: "staff,admins" */
	char hint[HINT_MAX];      /* for who tried */
	uint8_t stamp[STAMP_LEN]; /* of AUTH_RIGHT, AUTH_CHANGED: stamp.h */
	uint8_t has_code;         /* 1: one of its methods was otp */
};
size_t pack_msg_auth_result(uint8_t *p, size_t cap,
			    const struct msg_auth_result *);
MUST_CHECK int unpack_msg_auth_result(struct msg_auth_result *,
				      const uint8_t *p, size_t n);

struct msg_sign { /* MSG_SIGN, MSG_SIGNED; len 0: refused */
	uint32_t gateway;
	int32_t algorithm;
	uint16_t len;
	uint8_t bytes[1024]; /* what is signed, and the signature */
};
size_t pack_msg_sign(uint8_t *p, size_t cap, const struct msg_sign *);
MUST_CHECK int unpack_msg_sign(struct msg_sign *, const uint8_t *p, size_t n);

struct msg_resolve { /* MSG_RESOLVE */
	/* "gateway/user" for whom it is; "": for the configuration */
	char who[LABEL_MAX + USER_MAX];
	char host[HOST_MAX];
};
size_t pack_msg_resolve(uint8_t *p, size_t cap, const struct msg_resolve *);
MUST_CHECK int unpack_msg_resolve(struct msg_resolve *, const uint8_t *p,
				  size_t n);

#define RESOLVE_MAX 16
enum found {
	FOUND_ADDRESS,
	FOUND_NO_NAME,
	FOUND_SILENCE, /* no name server has answered */
	FOUND_CROWD,   /* not looked up: too many names wait */
};
/* The outcome in words, for messages.  Constant. */
const char *found_str(unsigned found);
struct msg_resolved {                   /* MSG_RESOLVED */
	uint8_t outcome;                /* enum found */
	unsigned n;                     /* 0 unless FOUND_ADDRESS */
	struct addr addrs[RESOLVE_MAX]; /* port 0, in the order to be tried */
};
size_t pack_msg_resolved(uint8_t *p, size_t cap, const struct msg_resolved *);
MUST_CHECK int unpack_msg_resolved(struct msg_resolved *, const uint8_t *p,
				   size_t n);

/* ---- how a worker is started --------------------------------------------- */

/* The monitor executes its own program again: argv = { "aditd: worker", NULL }
 * or the like, recognised by argv[0] (core/aditd/main.c); descriptors are at
 * fixed numbers, everything else is closed.  The process runs as `user` of
 * [server], and main() has started the log; what remains to be done is
 * sandbox_enter.  FD_MAIN and FD_NAMES are non-blocking in the worker and in
 * the monitor. */
enum {
	FD_MAIN = 3,  /* to the monitor */
	FD_SIGN = 4,  /* worker: sign socket, blocking */
	FD_NAMES = 5, /* worker: names socket; resolver: the other end */
};

#endif
