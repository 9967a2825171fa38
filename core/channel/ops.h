/* SPDX-License-Identifier: BSD-2-Clause */
/* ops.h - what a session calls: the local ends of its channels, and its owner. */
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
	/* One read of what chan_readable announced, into at most n pieces.
	 * > 0: bytes, filling the pieces in order; *urgent: the last of them
	 * is urgent.  0: FIN.  ERR_AGAIN: nothing there.  Another error: broken.
	 * n == 0 asks only for FIN or error: ERR_AGAIN if there are bytes. */
	ssize_t (*read)(struct chan *, const struct iovec *iov, int n,
			bool *urgent);
	/* How many bytes were taken, maybe 0: then chan_writable must follow.
	 * `urgent`: the last byte of all is.  An error: broken. */
	ssize_t (*write)(struct chan *, const struct iovec *iov, int n,
			 bool urgent);
	/* The peer's FIN, behind its last byte. */
	void (*finish)(struct chan *);
	/* The answer to chan_open. */
	void (*opened)(struct chan *, const struct opened *);
	/* The last call: with REASON_NONE after both FINs, else the local
	 * connection must be reset.  The chan is gone afterwards. */
	void (*closed)(struct chan *, unsigned reason, const char *text);
	/* There is memory again: chan_may_keep has said that there is none.  May
	 * be NULL where it is not asked. */
	void (*room)(struct chan *);
	/* The end itself counts what is consumed, with chan_consumed; else what
	 * write took is consumed. */
	bool counts;
};

/* What channels wait for: the session's memory, that of all sessions, or the
 * owner's leave. */
enum crowd { CROWD_SESSION, CROWD_ALL, CROWD_LEAVE };

/* The owner of the session: agent or gateway. */
struct session_ops {
	/* The peer asks for a channel: chan_attach and later chan_accept, or
	 * chan_reset to refuse. */
	void (*open)(struct session *, struct chan *, const struct open *);
	/* EXPECT, EXPECTED, CANCEL, RESOURCES, ATTACHED, GOAWAY.  `about` is the
	 * channel that the header names, or NULL.  0, or ERR_PROTO to end the
	 * session (say why with session_fail). */
	int (*frame)(struct session *, const struct frame *, const uint8_t *p,
		     struct chan *about);
	/* There is something for session_next or session_reap.  Cheap, often
	 * called, from inside any call; may be NULL. */
	void (*wake)(struct session *);
	/* Channels wait, where none did for a while.  May be NULL. */
	void (*crowded)(struct session *, enum crowd why);
	/* There is one channel more, until `less`: NULL, and then it counts, or
	 * why it may not be, for the peer.  `must`: it comes from another
	 * process, and there is no no.  Both may be NULL. */
	const char *(*more)(struct session *, bool must);
	void (*less)(struct session *);
	/* The next channel of the peer's may begin, and has begun; false: it has
	 * to wait, and is asked for again.  May be NULL. */
	bool (*may_begin)(struct session *);
};

#endif
