/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.h - joins a session to the connection that carries it now. */
#ifndef ADIT_NET_TUNNEL_H
#define ADIT_NET_TUNNEL_H

#include "channel/session.h"
#include "net/conn.h"

struct tunnel;
struct tunnel_ops {
	/* The TLS handshake is through: ATTACH may go (agent). May be NULL. */
	void (*ready)(struct tunnel *);
	/* The connection is gone; the session is detached.  ERR_PROTO: the peer
	 * broke the protocol, the session cannot go on. */
	void (*down)(struct tunnel *, int err, const char *why);
};

struct tunnel {
	struct loop *loop;
	struct session *session;
	const struct tunnel_ops *ops;
	struct conn conn;
	bool up;          /* conn is in use */
	struct task task; /* for a session without a connection */
	ev_timer timer;
	uint64_t liveness_us;
	uint64_t doubt_us; /* the last tunnel_ask */
	int64_t ahead_us;  /* of clock_boot_us to clock_now_us */
};

/* Both must outlive the tunnel; session_ops.wake has to call tunnel_wake. */
void tunnel_init(struct tunnel *, struct loop *, struct session *,
		 const struct tunnel_ops *);
void tunnel_fini(struct tunnel *);
void tunnel_wake(struct tunnel *);

/* Takes a connected socket and its TLS, before or after the handshake. */
void tunnel_up(struct tunnel *, int fd, struct tls *);
/* The network has changed: sends a PING at once, and takes the tunnel for dead
 * if nothing comes back within 3 s instead of 5 s. */
void tunnel_ask(struct tunnel *);
/* Drops the connection at once and detaches the session; `down` is not
 * called. */
void tunnel_cut(struct tunnel *);
/* Writes what waits, then closes; `down` follows. */
void tunnel_leave(struct tunnel *);

#endif
