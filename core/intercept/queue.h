/* SPDX-License-Identifier: BSD-2-Clause */
/* queue.h - packets that wait in a queue of the kernel for a verdict. */
#ifndef ADIT_INTERCEPT_QUEUE_H
#define ADIT_INTERCEPT_QUEUE_H

#include "base/defs.h"
#include "intercept/packet.h"

#include <stdbool.h>

enum {
	QUEUE_MESSAGE = 2048, /* bytes of one message of the kernel, at most */
	QUEUE_LENGTH = 4096,  /* packets that may wait; more go on at once */
};

struct queue_packet {
	uint32_t id;   /* for the verdict */
	uint32_t mark; /* that rules gave it before; 0: none */
	bool is_syn;   /* else `syn` is not filled */
	struct packet_syn syn;
};

struct queue_verdict {
	uint16_t queue;
	uint32_t id;   /* of the packet */
	uint32_t mark; /* that it has from now on; rules decide by it */
};

/* A socket that reads this queue of the network namespace of this process,
 * without blocking.  -1 with errno; EBUSY or EPERM: another one reads it. */
MUST_CHECK int queue_open(uint16_t queue);
/* What one message of n bytes says.  0; ERR_INVAL: no packet. */
MUST_CHECK int queue_parse(struct queue_packet *, const uint8_t *p, size_t n);
/* The next packet.  0; ERR_AGAIN: none waits; ERR_SYS with errno, where
 * ENOBUFS says that the socket has lost messages. */
MUST_CHECK int queue_next(int fd, struct queue_packet *);
/* Lets the packet go on with its mark.  0, or ERR_SYS with errno. */
MUST_CHECK int queue_release(int fd, const struct queue_verdict *);

#endif
