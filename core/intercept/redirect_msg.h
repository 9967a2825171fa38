/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect_msg.h - what an agent and its helper adit-redirect say to each
 * other, each message being one packet of their socket pair. */
#ifndef ADIT_INTERCEPT_REDIRECT_MSG_H
#define ADIT_INTERCEPT_REDIRECT_MSG_H

#include "intercept/inner.h"
#include "intercept/packet.h"

#include <stdbool.h>

enum { REDIRECT_BYTES = 1024, REDIRECT_WHAT = 64, REDIRECT_NETS = 48 };

enum redirect_kind {
	/* from the agent */
	REDIRECT_START = 1, /* reads what the helper says, and listens; `early`:
			     * what is dialled by name does not wait */
	REDIRECT_VERDICT,   /* the packet `id` goes on, and `mark` says how */
	REDIRECT_COVER,     /* further networks whose addresses are caught; all
			     * that were named since the last message with
			     * `last` replace the ones before */
	REDIRECT_BACK = 7,  /* a server connects back: the next packet from
			     * syn.from to syn.to, where a program of this user
			     * listens, is to come from `as` */
	/* from the helper */
	REDIRECT_READY = 4, /* connections are caught; `hold`: their first
			     * packet waits; `device` is the number of the tun
			     * device */
	REDIRECT_FAILED,    /* for good, with errno `error` at `what` */
	REDIRECT_SYN,       /* the packet `id` waits, which is `syn` */
};

struct redirect_msg {
	enum redirect_kind kind;
	uint32_t id;
	enum inner_mark mark;
	bool hold, early;
	uint32_t device;
	int error;
	char what[REDIRECT_WHAT];
	struct packet_syn syn;
	struct addr as;
	bool last;
	unsigned nnets;
	struct net nets[REDIRECT_NETS];
};

/* The bytes of a message; 0: it cannot be one. */
size_t redirect_pack(uint8_t p[static REDIRECT_BYTES],
		     const struct redirect_msg *);
/* 0; or ERR_INVAL: n bytes that are no message. */
MUST_CHECK int redirect_unpack(struct redirect_msg *, const uint8_t *p,
			       size_t n);
/* Sends without waiting.  0; ERR_AGAIN: there is no room; ERR_SYS with
 * errno. */
MUST_CHECK int redirect_send(int fd, const struct redirect_msg *);
/* Receives without waiting.  0; ERR_AGAIN: there is nothing; ERR_CLOSED: the
 * other one has ended; ERR_INVAL; ERR_SYS with errno. */
MUST_CHECK int redirect_receive(int fd, struct redirect_msg *);

#endif
