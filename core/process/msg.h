/* SPDX-License-Identifier: BSD-2-Clause */
/* msg.h - what the gateway's processes say to each other.
 *
 *              sign (front thread waits)        control socket, signals
 *   worker <-----------------------------> monitor <--> aditctl
 *      |   <------- main, seqpacket ------>  |  |
 *      |                                     |  +-- password checkers
 *      +------ names, seqpacket ------> resolver <---- names too (aditctl why)
 *
 * All are SOCK_SEQPACKET socketpairs made by the monitor; one message is one
 * packet: a type byte, an id (u32) that the answer repeats, then fields packed
 * with base/wire.h.  What may be long travels as a sealed memfd.  The monitor
 * believes nothing that a worker says: every field is checked, a malformed
 * message ends the worker. */
#ifndef ADIT_PROCESS_MSG_H
#define ADIT_PROCESS_MSG_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/defs.h"
#include "frame/payload.h"
#include "process/stamp.h"

#include <stdint.h>

#define MSG_MAX 8192 /* bytes of one packet */
#define MSG_FDS 128  /* descriptors in one packet */

enum msg_type {
	/* monitor to worker */
	MSG_CONF = 1,      /* fds: memfd (conf_bundle.h), then the listeners */
	MSG_AUTH_RESULT,   /* answers MSG_AUTH */
	MSG_CONTROL,       /* fds: request memfd (JSON) */
	MSG_DRAIN,         /* say GOAWAY to all, then exit(0); u8: 1 if for
				 * good, else (or if missing) "attach again" */
	MSG_HANDOVER_FROM, /* before the first MSG_CONF; fds: socket to the
				 * worker whose sessions this one gets */
	MSG_HANDOVER_TO,   /* fds: socket to the one that gets them */
	MSG_PLUGINS,       /* right before the first MSG_CONF; fds: the
				 * files of its plugins, in their order */
	MSG_RIGHTS_ARE,    /* answers one question of MSG_RIGHTS, by its id */
	/* worker to monitor */
	MSG_READY = 32, /* answers MSG_CONF: str16 error, "" if taken */
	MSG_AUTH,
	MSG_CONTROL_REPLY,  /* answers MSG_CONTROL; fds: memfd (JSON) */
	MSG_HANDOVER_READY, /* after MSG_HANDOVER_FROM: everything is read and
				 * started, the sessions may come */
	MSG_HANDOVER_FAILED, /* answers MSG_HANDOVER_TO: str16 error, they are still
				 * here; moved ones are answered by no word */
	MSG_RIGHTS,          /* what may users still who have sessions? */
	/* on the sign socket */
	MSG_SIGN = 64,
	MSG_SIGNED,
	/* on the names socket */
	MSG_RESOLVE = 96,
	MSG_RESOLVED,
	MSG_RESOLVE_FORGET, /* the answer to this id is not wanted any more */
	MSG_RESOLVE_AFRESH, /* from the monitor: the next answer is a new one */
	MSG_RESOLVE_AGAIN,  /* a new resolver, which knows of no question */
	/* monitor and password checker: str16 hash, "" for a user who is not
	 * there, str16 password; the answer is u8, 0 or 1 */
	MSG_CHECK = 128,
	MSG_CHECKED,
	/* worker to worker (front_handover.h); each is answered by MSG_TAKEN with its id */
	MSG_HANDOVER_HEAD = 160, /* u32 HANDOVER_VERSION; fds: memfd */
	MSG_HANDOVER_FDS,        /* fds: sockets of the session to come */
	MSG_HANDOVER_SESSION,    /* fds: memfd */
	MSG_HANDOVER_END,        /* that was all */
	MSG_HANDOVER_DONE,       /* not answered: the sender is gone */
	MSG_TAKEN,               /* str16 error, "" if it is */
};

/* Changes with every change of what any *_carry function of the gateway's
 * worker, channel/, plugin/ or net/ walks, and of this file: only an aditd with
 * the same number takes over what another one has. */
#define HANDOVER_VERSION 9

/* MSG_CONTROL: {"command": "sessions" | "channels" | "stats" | "status" |
 * "plugins" | "recheck"},
 * {"command": "kick", "what": "alice" or a session's number as text},
 * {"command": "kick_user", "user": ..., "gateway": ...}, {"command": "drain",
 * "timeout_ms": ... (may be missing)}, after which the worker exits by itself.  The reply is what
 * aditctl prints with --json, or {"error": "what, and what to do"}. */
#define CONTROL_MAX (16u << 20) /* bytes of a reply */

struct msg {
	uint8_t type;
	uint32_t id;
	size_t len;
	uint8_t data[MSG_MAX];
	int fds[MSG_FDS]; /* owned by the receiver */
	unsigned nfds;
};

/* 0, ERR_AGAIN (non-blocking socket is full) or ERR_SYS.  Descriptors stay the
 * sender's. */
MUST_CHECK int msg_send(int sock, const struct msg *);
/* 0, ERR_AGAIN, ERR_CLOSED, ERR_SYS or ERR_PROTO. */
MUST_CHECK int msg_recv(int sock, struct msg *);
void msg_close_fds(struct msg *);

/* A sealed memfd with these bytes, or -1; and back (whole, NUL-terminated in
 * the buf behind its counted bytes).  msg_memfd_read refuses more than `most`
 * bytes and what is not sealed. */
MUST_CHECK int msg_memfd(const char *name, const void *p, size_t n);
MUST_CHECK int msg_memfd_read(int fd, struct buf *out, size_t most);

/* Makes str16 text the whole of the message's bytes; longer text is cut. */
void msg_put_text(struct msg *, const char *text);
/* The str16 of which the message consists, harmless to logs and terminals: escaped
 * but for the ends of its lines.  0 or ERR_PROTO. */
#define MSG_TEXT MSG_MAX
MUST_CHECK int msg_text(const struct msg *, char text[MSG_TEXT]);

/* ---- fields of single messages; pack_ returns bytes, 0 if too long ----------- */

struct msg_auth {         /* MSG_AUTH */
	uint32_t gateway; /* index in the configuration */
	char user[USER_MAX];
	struct addr source;
	char password[ANSWER_MAX]; /* wipe */
};
size_t pack_msg_auth(uint8_t *p, size_t cap, const struct msg_auth *);
MUST_CHECK int unpack_msg_auth(struct msg_auth *, const uint8_t *p, size_t n);

enum msg_verdict {
	AUTH_WRONG,
	AUTH_RIGHT,
	AUTH_LATER, /* not checked: neither right nor wrong ... */
	AUTH_TRIES, /* ... since many tries failed before */
	AUTH_VERDICTS
};

struct msg_auth_result {
	uint8_t verdict;          /* enum msg_verdict */
	uint32_t wait_ms;         /* the source or user has to wait this long */
	char groups[1024];        /* of the users file: "staff,admins" */
	uint8_t stamp[STAMP_LEN]; /* of who is right: see stamp.h */
};
size_t pack_msg_auth_result(uint8_t *p, size_t cap,
			    const struct msg_auth_result *);
MUST_CHECK int unpack_msg_auth_result(struct msg_auth_result *,
				      const uint8_t *p, size_t n);

struct msg_sign { /* MSG_SIGN; MSG_SIGNED has len 0 for "no" */
	uint32_t gateway;
	int32_t algorithm;
	uint16_t len;
	uint8_t bytes[1024]; /* what is signed, and the signature */
};
size_t pack_msg_sign(uint8_t *p, size_t cap, const struct msg_sign *);
MUST_CHECK int unpack_msg_sign(struct msg_sign *, const uint8_t *p, size_t n);

struct msg_resolve {                    /* MSG_RESOLVE */
	char who[LABEL_MAX + USER_MAX]; /* asks; "": not one user, but we */
	char host[HOST_MAX];
};
size_t pack_msg_resolve(uint8_t *p, size_t cap, const struct msg_resolve *);
MUST_CHECK int unpack_msg_resolve(struct msg_resolve *, const uint8_t *p,
				  size_t n);

#define RESOLVE_MAX 16
enum found {
	FOUND_ADDRESS,
	FOUND_NO_NAME,
	FOUND_SILENCE, /* no name server said yes or no */
	FOUND_CROWD,   /* too many names wait */
};
/* "no such name": for people.  Constant. */
const char *found_str(unsigned found);
struct msg_resolved {                   /* MSG_RESOLVED */
	uint8_t outcome;                /* enum found */
	unsigned n;                     /* 0 unless FOUND_ADDRESS */
	struct addr addrs[RESOLVE_MAX]; /* port 0, in the order to be tried */
};
size_t pack_msg_resolved(uint8_t *p, size_t cap, const struct msg_resolved *);
MUST_CHECK int unpack_msg_resolved(struct msg_resolved *, const uint8_t *p,
				   size_t n);

/* ---- how a worker is started ------------------------------------------------- */

/* The monitor executes its own program again: argv = { "aditd: worker", NULL }
 * or the like, recognised by argv[0]; descriptors are at fixed numbers,
 * everything else is closed.  The process is [server] user already, and main()
 * has started the log; what remains is sandbox_enter.  FD_MAIN and FD_NAMES are
 * non-blocking in the worker and in the monitor. */
enum {
	FD_MAIN = 3,  /* to the monitor */
	FD_SIGN = 4,  /* worker: sign socket, blocking */
	FD_NAMES = 5, /* worker: names socket; resolver: the other end */
};

#endif
