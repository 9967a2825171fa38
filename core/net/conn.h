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
	/* The TLS handshake is done. */
	void (*ready)(struct conn *);
	/* Plaintext has come; it is valid until input_done returns.  An error
	 * ends the connection; give its text to conn_fail. */
	int (*input)(struct conn *, const uint8_t *p, size_t n);
	/* All plaintext of this event was given to `input`.  May be NULL. */
	void (*input_done)(struct conn *);
	/* Points *record to the plaintext of the next record to send, at most
	 * TLS_RECORD_MAX bytes; false if there is none now.  While is_full is
	 * set, nothing goes with it that does not hurry.  May be NULL. */
	bool (*output)(struct conn *, struct iovec *record);
	/* Whether the next record must not wait behind a transfer; asked while
	 * as many bytes are on their way as may be.  May be NULL. */
	bool (*hurries)(struct conn *);
	/* A turn of the loop that did something for this connection ends.  May
	 * be NULL. */
	void (*turned)(struct conn *);
	/* The connection has ended and its socket is closed; no call follows.
	 * `err` is ERR_CLOSED after an orderly end. */
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
	int broken; /* errno of a write after the peer has closed; 0: none */
	bool is_ready, leaving;
	bool is_shut;         /* has sent FIN, and waits for the peer's */
	double linger;        /* seconds to wait for it; 0: closes at once */
	bool more;            /* `output` has more, behind the target */
	bool is_full;         /* `output` is only asked for what hurries */
	size_t target;        /* bytes that may wait in the kernel */
	size_t unsent;        /* that wait there now, at most */
	struct flight flight; /* bytes that may be in the network */
	ev_timer again;       /* looks whether some have arrived */
	uint64_t sampled_us;  /* when the kernel was asked last */
	uint32_t rtt_us;      /* smoothed round trip time; 0: unknown */
	char why[400];        /* the cause of err */
};

/* Owns fd and tls from now on.  `ready` is not called if the handshake is done
 * already.  The memory of the conn is the caller's, and must stay until
 * `closed` or conn_release. */
void conn_open(struct conn *, struct loop *, int fd, struct tls *,
	       const struct conn_ops *);
/* The same for a connection that conn_release will give to another thread. */
void conn_open_apart(struct conn *, struct loop *, int fd, struct tls *,
		     const struct conn_ops *);
/* Has `output` asked for records at the end of this turn. */
void conn_kick(struct conn *);
/* The same at once, from a task of the loop. */
void conn_now(struct conn *);
/* Whether nothing can be written now: the kernel has taken as much as it can,
 * or the connection is at its end. */
bool conn_is_blocked(const struct conn *);
/* Encrypts n bytes, at most TLS_RECORD_MAX, ahead of what `output` has.
 * Returns 0 or an error. */
MUST_CHECK int conn_send(struct conn *, const uint8_t *p, size_t n);
/* Ends the connection at the end of this turn; returns err.  `closed` gets err
 * and the text. */
int conn_fail(struct conn *, int err, const char *fmt, ...) PRINTF(3, 4);
/* Sends what waits and a TLS close_notify, then closes.  Before that it waits
 * up to `linger` seconds for the peer to close, if what is sent must arrive;
 * 0: it does not wait. */
void conn_leave(struct conn *, double linger);
/* Hands the socket and its TLS to the caller; no callback follows. */
void conn_release(struct conn *, int *fd, struct tls **);

#endif
