/* SPDX-License-Identifier: BSD-2-Clause */
/* conn.h - a TLS connection on a loop: socket, handshake, records. */
#ifndef ADIT_NET_CONN_H
#define ADIT_NET_CONN_H

#include "base/addr.h"
#include "net/flight.h"
#include "net/watch.h"
#include "tls/tls.h"

#include <stdbool.h>
#include <sys/uio.h>

struct conn;
struct conn_ops {
	void (*ready)(struct conn *); /* the handshake is through */
	/* Plaintext, lent until input_done returns.  An error ends the
	 * connection; say why with conn_fail. */
	int (*input)(struct conn *, const uint8_t *p, size_t n);
	void (*input_done)(struct conn *);
	/* The next record of plaintext; false: none now.  May be NULL. */
	bool (*output)(struct conn *, struct iovec *record);
	/* Once per turn that had work, after output; may be NULL. */
	void (*turned)(struct conn *);
	/* The last call, from the end of a turn; the socket is closed.  `err`
	 * is ERR_CLOSED after an orderly end. */
	void (*closed)(struct conn *, int err, const char *why);
};

struct conn {
	struct loop *loop;
	const struct conn_ops *ops;
	void *owner;
	struct tls *tls;
	struct watch watch;
	struct task task;
	int fd, err;
	bool is_ready, leaving;
	bool more;            /* output was cut off by the target */
	size_t target;        /* bytes that may wait for the network */
	struct flight flight; /* ... and be on their way in it */
	ev_timer again;       /* looks whether some have arrived */
	uint64_t sampled_us;
	uint32_t rtt_us; /* smoothed; 0: unknown */
	char why[400];
};

/* Takes fd and tls.  Where the handshake is through already, `ready` is not
 * called.  The conn's memory is the caller's; it is in use until `closed` or
 * conn_release. */
void conn_open(struct conn *, struct loop *, int fd, struct tls *,
	       const struct conn_ops *);
/* The same for one that will be released to another thread. */
void conn_open_apart(struct conn *, struct loop *, int fd, struct tls *,
		     const struct conn_ops *);
/* Something may be there for `output`. */
void conn_kick(struct conn *);
/* Seals n bytes at once.  0 or an error. */
MUST_CHECK int conn_send(struct conn *, const uint8_t *p, size_t n);
/* Ends the connection from the end of this turn; returns err. */
int conn_fail(struct conn *, int err, const char *fmt, ...) PRINTF(3, 4);
/* Writes what waits, says goodbye and closes. */
void conn_leave(struct conn *);
/* Gives socket and TLS away to another thread; no callback follows. */
void conn_release(struct conn *, int *fd, struct tls **);

#endif
