/* SPDX-License-Identifier: BSD-2-Clause */
/* ops.h - functions that a session calls: of the local ends of its channels,
 * and of its owner, the agent or the gateway. */
#ifndef ADIT_CHANNEL_OPS_H
#define ADIT_CHANNEL_OPS_H

#include "frame/frame.h"
#include "frame/payload.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct session;
struct chan;

/* The local end of a channel.  Called by the session, never from inside
 * chan_readable, chan_writable or chan_reset. */
struct chan_ops {
	/* Reads once what chan_readable announced, into at most n pieces.
	 * Returns the number of bytes, which fill the pieces in order;
	 * *urgent says that the last one is urgent.  0: FIN.  ERR_AGAIN:
	 * nothing is there.  Another error: the connection is broken.
	 * With n == 0 only FIN or an error is asked for: ERR_AGAIN if there
	 * are bytes. */
	ssize_t (*read)(struct chan *, const struct iovec *iov, int n,
			bool *urgent);
	/* Returns how many bytes were taken.  Less than all: chan_writable
	 * must follow.  `urgent`: the very last byte is urgent.  An error: the
	 * connection is broken. */
	ssize_t (*write)(struct chan *, const struct iovec *iov, int n,
			 bool urgent);
	/* The peer has sent its FIN, and write has taken its last byte. */
	void (*finish)(struct chan *);
	/* The peer has accepted the channel of chan_open. */
	void (*opened)(struct chan *, const struct opened *);
	/* The last call.  REASON_NONE: both sides have sent FIN; any other
	 * reason: the local connection must be reset.  `text` is for people and
	 * may be NULL.  The chan must not be used afterwards. */
	void (*closed)(struct chan *, unsigned reason, const char *text);
	/* There is memory again, after chan_may_keep has said no.  May be NULL
	 * in ends that never ask. */
	void (*room)(struct chan *);
	/* The local end calls chan_consumed itself.  Otherwise bytes count as
	 * consumed when write has taken them. */
	bool counts;
};

/* What channels wait for: memory of the session, of the user's sessions, of all
 * sessions, or their turn (session_ops.turn). */
enum crowd { CROWD_SESSION, CROWD_USER, CROWD_ALL, CROWD_LEAVE };

/* The owner of the session: agent or gateway. */
struct session_ops {
	/* The peer asks for a channel.  The owner calls chan_attach and later
	 * chan_accept, or chan_reset to refuse it. */
	void (*open)(struct session *, struct chan *, const struct open *);
	/* A frame EXPECT, EXPECTED, CANCEL, RESOURCES, ATTACHED or GOAWAY has
	 * come.  `about` is the channel that its header names, or NULL.
	 * Returns 0, or what session_fail returns to end the session. */
	int (*frame)(struct session *, const struct frame *, const uint8_t *p,
		     struct chan *about);
	/* session_next or session_reap has something to do.  Called often and
	 * from inside any function of the session, so it must only take a note.
	 * May be NULL. */
	void (*wake)(struct session *);
	/* An OPEN is held, to go with what the application says at once:
	 * session_release is to be called after the next look at the
	 * descriptors.  May be NULL: nothing is held. */
	void (*wake_later)(struct session *);
	/* Channels have begun to wait; at most every 10 s.  May be NULL. */
	void (*crowded)(struct session *, enum crowd why);
	/* Counts one more channel, until `less`.  NULL, or a text for the peer
	 * that says why there may not be one more.  `must`: the channel was
	 * received from another process and cannot be refused.  Both functions
	 * may be NULL. */
	const char *(*more)(struct session *, bool must);
	void (*less)(struct session *);
	/* Counts one more channel of the peer that begins, and sets *at to the
	 * time at which it may; 0: at once.  NULL, or a text for the peer that
	 * says why it may not; then nothing is counted.  May be NULL: each
	 * begins at once. */
	const char *(*turn)(struct session *, uint64_t *at);
	/* Bytes wait because an allowance of the session is used up:
	 * session_fed is to be called when there is more.  Called again with
	 * each try.  May be NULL where session_limit is never called. */
	void (*spent)(struct session *);
};

#endif
