/* SPDX-License-Identifier: BSD-2-Clause */
/* relay.h - connects a socket with a channel, byte for byte. */
#ifndef ADIT_NET_RELAY_H
#define ADIT_NET_RELAY_H

#include "base/handover.h"
#include "channel/session.h"
#include "net/sock.h"

struct relay {
	struct sock sock;
	struct chan *chan;
	bool finish_due; /* the channel ended before the socket was connected */
};

/* Functions for the owner's chan_ops; chan_end() must be the struct relay. */
ssize_t relay_read(struct chan *, const struct iovec *iov, int n, bool *urgent);
ssize_t relay_write(struct chan *, const struct iovec *iov, int n, bool urgent);
void relay_finish(struct chan *);

void relay_init(struct relay *);
/* Joins a connected socket, which belongs to the relay from now on, and a
 * channel. */
void relay_join(struct relay *, struct loop *, int fd, struct chan *);
/* Hands the socket over to another process, or takes it there.  Then it is
 * watched from the loop's next turn on, and the relay has no channel yet. */
void relay_handover(struct handover *, struct relay *, struct loop *);

#endif
