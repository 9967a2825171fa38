/* SPDX-License-Identifier: BSD-2-Clause */
/* sock.h - a connected TCP socket on a loop, which keeps FIN, RST and urgent
 * data apart in both directions.
 *
 * Each event allows one read.  Only then the next byte is known to have
 * arrived, and so whether it is the urgent one (docs/design.md). */
#ifndef ADIT_NET_SOCK_H
#define ADIT_NET_SOCK_H

#include "base/addr.h"
#include "net/loop.h"

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

struct sock;
struct sock_ops {
	/* sock_read may be called once. */
	void (*readable)(struct sock *);
	/* After a sock_write that took only a part: call it again. */
	void (*writable)(struct sock *);
};

struct sock {
	struct loop *loop;
	const struct sock_ops *ops;
	ev_io rd, wr;
	struct list young;     /* loop.young, or none */
	int fd;                /* belongs to the sock; -1: none */
	unsigned keep_alive_s; /* seconds; 0: the system's two hours */
	int priority;          /* of its read events (ev_set_priority) */
	bool acks_end : 1;     /* sock_ends_soon */
	bool seeks_end : 1;    /* the next short read looks for the end, too:
				  sock_seeks_end */
	bool has_options : 1;  /* of a listener (tcp_hand_down) */
	bool has_written : 1;
	bool has_read : 1;
	bool has_read_more : 1; /* than once */
	bool ended_first : 1;   /* the peer, after one read, before our FIN */
	bool quick : 1;         /* TCP_NODELAY is set */
	bool has_finished : 1;  /* FIN was sent ... */
	bool seeks_fin : 1;     /* ... and nothing read since */
	bool contended : 1;     /* not watched when it was read last */
	bool announced : 1;     /* `readable` was called, no read since */
	bool ended : 1;         /* a read has returned FIN or an error */
	bool broken : 1;        /* a write failed; a read will report it */
};

void sock_init(struct sock *, const struct sock_ops *);
/* Owns the connected, non-blocking fd from now on and watches it. */
void sock_open(struct sock *, struct loop *, int fd);
/* Work as chan_ops.read and .write (channel/session.h). */
ssize_t sock_read(struct sock *, const struct iovec *iov, int n, bool *urgent);
ssize_t sock_write(struct sock *, const struct iovec *iov, int n, bool urgent);
/* Sends a TCP keepalive probe after so many idle seconds, so that no firewall
 * on the way forgets the connection.  May be called before sock_open or
 * later. */
void sock_keep_alive(struct sock *, unsigned seconds);
/* The peer sends one file, and ends.  Its FIN is acknowledged as soon as it is
 * read: the kernel waits for up to 40 ms for something that the ACK could go
 * with, and the close() of a peer that has set SO_LINGER, as vsftpd does, waits
 * for the ACK. */
void sock_ends_soon(struct sock *);
/* A read of `got` bytes into iov was short, so the end may have arrived, too:
 * sock_read may be called once more, without an event, and returns 0 or
 * ERR_AGAIN. */
bool sock_seeks_end(const struct sock *, ssize_t got, const struct iovec *iov,
		    int n);
/* The same after a read that was not short, and that had to wait for its turn
 * so long that the socket is not watched: as many bytes again have arrived.
 * sock_read has to be called once more, without an event; then no system call
 * is needed to watch the socket again. */
bool sock_has_more(struct sock *, ssize_t got, const struct iovec *iov, int n);
/* Has `writable` called, as after a sock_write that took only a part. */
void sock_await_writable(struct sock *);
/* Sends FIN; reading goes on. */
void sock_finish(struct sock *);
/* Closes the socket, by RST if `reset`.  Harmless when it is closed. */
void sock_close(struct sock *, bool reset);

/* ---- TCP sockets: non-blocking, close-on-exec; -1 is an error in errno --- */

/* Binds, and listens unless backlog is 0.  An IPv6 address takes no IPv4. */
MUST_CHECK int tcp_listen(const struct addr *at, int backlog, bool reuse);
/* Starts to connect, with the address `from` unless that is NULL.  Most errors
 * come later, by SO_ERROR. */
MUST_CHECK int tcp_connect(const struct addr *to, const struct addr *from);
/* The same with segments of at most so many bytes in both directions; 0: of any
 * size. */
MUST_CHECK int tcp_connect_small(const struct addr *to, int segment);
/* What came of tcp_connect so far.  0: it is connected; EALREADY: not yet; or
 * the errno of its end. */
int tcp_connected(int fd, const struct addr *to);
/* peer may be NULL. */
MUST_CHECK int tcp_accept(int listener, struct addr *peer);
/* Whether a descriptor from another process is a TCP socket, and whether it
 * listens as expected. */
bool tcp_is(int fd, bool listens);
/* Has a listener hand the options of sock_open down to what it accepts; for a
 * socket that does not listen yet.  A sock for such a connection has
 * `has_options` set; without a sock, tcp_close ends it in order. */
void tcp_hand_down(int listener, unsigned keep_alive_s);
/* Closes by RST. */
void tcp_reset(int fd);
/* Closes by FIN, whatever was handed down. */
void tcp_close(int fd);
/* Sets TCP_NODELAY and SO_KEEPALIVE. */
void tcp_quick(int fd);

#endif
