/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.h - the TLS connection that carries a session at the moment.  It moves
 * the session's frames, and sees by PINGs whether the peer is still there. */
#ifndef ADIT_NET_TUNNEL_H
#define ADIT_NET_TUNNEL_H

#include "channel/session.h"
#include "net/conn.h"

struct tunnel;
struct tunnel_ops {
	/* The TLS handshake is done, so an agent may send ATTACH.  May be
	 * NULL. */
	void (*ready)(struct tunnel *);
	/* The connection has ended and the session is detached.  ERR_PROTO: the
	 * peer has violated the protocol, so the session cannot go on. */
	void (*down)(struct tunnel *, int err, const char *why);
};

struct tunnel {
	struct loop *loop;
	struct session *session;
	const struct tunnel_ops *ops;
	struct conn conn;
	bool up;              /* conn is in use */
	struct task task;     /* of a session without a connection */
	struct task later;    /* tunnel_wake_later */
	bool looked;          /* at the descriptors, since then */
	bool packs;           /* session_next is being called ... */
	bool woken;           /* ... and has called session_ops.wake */
	ev_timer timer;       /* the session's deadline, or the next check */
	uint64_t liveness_us; /* when to check whether the peer is there */
	uint64_t doubt_us;    /* of the last tunnel_ask without an answer */
	int64_t ahead_us;     /* clock_boot_us less clock_now_us */
};

/* Loop and session must outlive the tunnel; session_ops.wake has to call
 * tunnel_wake. */
void tunnel_init(struct tunnel *, struct loop *, struct session *,
		 const struct tunnel_ops *);
void tunnel_fini(struct tunnel *);
/* The session has something to send or to end: done in this turn of the
 * loop. */
void tunnel_wake(struct tunnel *);
/* Calls session_release in the next turn, after a look at the descriptors; for
 * session_ops.wake_later. */
void tunnel_wake_later(struct tunnel *);

/* Carries the session from now on by this connected socket and its TLS, before
 * or after the handshake; both belong to the tunnel. */
void tunnel_up(struct tunnel *, int fd, struct tls *);
/* For when the network has changed: sends a PING at once, and gives the tunnel
 * up if nothing comes back within 3 s instead of 5 s. */
void tunnel_ask(struct tunnel *);
/* Closes the connection at once and detaches the session; `down` is not
 * called. */
void tunnel_cut(struct tunnel *);
/* Sends what waits, then closes; `down` follows. */
void tunnel_leave(struct tunnel *);
/* The same for a session that ends: waits up to two seconds for the peer to
 * close first, so that it is told of the end. */
void tunnel_leave_for_good(struct tunnel *);

#endif
