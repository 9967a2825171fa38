/* SPDX-License-Identifier: BSD-2-Clause */
/* sock.h - a connected TCP socket on a loop, TCP-exact: FIN, RST and urgent
 * data come in and go out as what they are.
 *
 * One readable event allows one read: the byte at the head is known to be there
 * then, so whether it is urgent is known too (docs/design.md). */
#ifndef ADIT_NET_SOCK_H
#define ADIT_NET_SOCK_H

#include "base/addr.h"
#include "net/loop.h"

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

struct sock;
struct sock_ops {
	void (*readable)(struct sock *); /* then one sock_read */
	void (*writable)(struct sock *); /* after a short sock_write */
};

struct sock {
	struct loop *loop;
	const struct sock_ops *ops;
	ev_io rd, wr;
	int fd;                /* owned; -1: none */
	unsigned keep_alive_s; /* 0: the system's two hours */
	int priority;          /* of its reading, as libev has it */
	bool announced : 1;    /* readable was called, no read since */
	bool ended : 1;        /* FIN or error was read */
	bool broken : 1;       /* a write failed; reading finds out */
};

void sock_init(struct sock *, const struct sock_ops *);
/* Takes the connected, non-blocking fd and starts to watch it. */
void sock_open(struct sock *, struct loop *, int fd);
/* As chan_ops.read and .write say. */
ssize_t sock_read(struct sock *, const struct iovec *iov, int n, bool *urgent);
ssize_t sock_write(struct sock *, const struct iovec *iov, int n, bool urgent);
/* After so many idle seconds the other end is asked whether it is there, so
 * that no firewall on the way forgets the connection.  Before sock_open or
 * later. */
void sock_keep_alive(struct sock *, unsigned seconds);
/* writable() follows, as behind a write that took less than all. */
void sock_await_writable(struct sock *);
void sock_finish(struct sock *); /* FIN */
/* Closes; with RST if asked.  Harmless when closed. */
void sock_close(struct sock *, bool reset);

/* ---- helpers: a descriptor (CLOEXEC, non-blocking) or -1 with errno ------- */

MUST_CHECK int tcp_listen(const struct addr *at, int backlog, bool reuse);
/* Starts to connect, from `from` unless NULL.  Errors may come later:
 * SO_ERROR. */
MUST_CHECK int tcp_connect(const struct addr *to, const struct addr *from);
/* The same with segments of so many bytes at most, both ways; 0: of any
 * size. */
MUST_CHECK int tcp_connect_small(const struct addr *to, int segment);
MUST_CHECK int tcp_accept(int listener, struct addr *peer);
/* A connected socket, or one that listens; nothing else that came from
 * elsewhere. */
bool tcp_is(int fd, bool listens);
void tcp_reset(int fd); /* RST and close */
void tcp_quick(int fd); /* NODELAY, keepalive */

#endif
