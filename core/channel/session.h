/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - one end of a session: its channels, log, credit and scheduler.
 *
 * A session does no I/O and reads no clock: plaintext of the tunnel goes in
 * through session_input and comes out of session_next, local connections are
 * reached through struct chan_ops, and session_set_now says what time it is.  A
 * session and its channels belong to one thread.
 *
 *      local connection                                      tunnel
 *   --- chan_readable --> fresh/busy --\
 *       ops->read  <---------------- scheduler --> log --> session_next -->
 *       ops->write <-- credit <------------------------ session_input <--
 *   --- chan_writable --> backlog
 */
#ifndef ADIT_CHANNEL_SESSION_H
#define ADIT_CHANNEL_SESSION_H

#include "base/defs.h"
#include "base/list.h"
#include "channel/allowance.h"
#include "channel/budget.h"
#include "channel/ops.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#define CREDIT_START 16384 /* bytes that a channel may send at first */
#define SESSION_CHANNELS 8192
#define SESSION_MEMORY (UINT64_C(128) << 20) /* 4,096 first windows */
#define ACK_EVERY (256 * 1024) /* bytes processed before an ACK is due */
#define ACK_DELAY_US 20000     /* the longest that a due ACK waits */

enum role { ROLE_AGENT, ROLE_GATEWAY };

struct session_conf {
	enum role role;
	uint32_t marker;       /* of the user: stands in every frame */
	unsigned max_channels; /* 0: SESSION_CHANNELS */
	struct budget *budget; /* of the process or thread; may be NULL */
	uint64_t memory;       /* of this session; 0: SESSION_MEMORY */
};

struct session *session_new(const struct session_conf *,
			    const struct session_ops *, void *owner);
/* Ends every channel with REASON_LOST, then frees the session. */
void session_free(struct session *);
void *session_owner(const struct session *);

/* ---- tunnel side --------------------------------------------------------- */

/* All times are in microseconds of one monotonic clock. */
void session_set_now(struct session *, uint64_t now_us);
/* The round trip of the tunnel. */
void session_set_rtt(struct session *, uint32_t rtt_us);
/* Bytes that may wait for the network at a time.  A channel's turn is a part of
 * that. */
void session_set_target(struct session *, size_t bytes);

/* Plaintext of the tunnel, cut anywhere; p must stay until session_input_done.
 * 0, or an error that ends tunnel and session: session_why says which. */
MUST_CHECK int session_input(struct session *, const uint8_t *p, size_t n);
/* From now on what goes into the tunnel and what comes out of it is taken from
 * these allowances, which outlive the session or the next call; NULL: there is
 * no limit.  Whoever calls this calls session_fed, too. */
void session_limit(struct session *, struct allowance *into,
		   struct allowance *out_of);
/* For after ops->spent: there is more, or no limit any more. */
void session_fed(struct session *);
/* Gives the DATA that was collected to the local ends. */
void session_input_done(struct session *);
const char *session_why(const struct session *);
/* Ends the session and notes why, for session_why.  Always ERR_PROTO. */
int session_fail(struct session *, const char *fmt, ...) PRINTF(2, 3);

/* The plaintext of the next TLS record, at most FRAME_MAX bytes, which stay
 * until the next call into this session.  False: there is nothing to send
 * now. */
bool session_next(struct session *, struct iovec *record);
/* Whether that is needed soon: a control frame, or bytes of a channel that has
 * sent little lately, as opposed to a part of a transfer. */
bool session_hurries(const struct session *);
/* The same as session_next, but no more bytes of transfers go with what
 * hurries. */
bool session_next_hurried(struct session *, struct iovec *record);
/* For after ops->wake_later: what was held is to be sent. */
void session_release(struct session *);
/* The time at which session_tick is to be called; UINT64_MAX: never. */
uint64_t session_deadline(const struct session *);
/* Does what is due: takes credit from idle channels, serves those that wait. */
void session_tick(struct session *);
/* Calls ops->closed of channels that have ended, and lets those go on that
 * waited for their memory.  To be called once per turn of the loop. */
void session_reap(struct session *);

/* The tunnel is gone.  Channels and log wait for another one. */
void session_detach(struct session *);
bool session_is_attached(const struct session *);
/* There is a tunnel again.  `fresh`: the peer knows nothing of this session, so
 * byte counts start at 0 on both sides and all channels end with REASON_LOST.
 * Otherwise peer_count is how many bytes of our log the peer has processed.  0,
 * or ERR_PROTO if that count is impossible. */
MUST_CHECK int session_attach(struct session *, bool fresh,
			      uint64_t peer_count);
/* No tunnel has come back in time: channels end with REASON_LOST, waiting
 * frames and logs are dropped.  The next session_attach must be a fresh one. */
void session_forget(struct session *);
/* Whether session_attach must be fresh: after session_forget, until a frame of
 * the peer shows that it, too, has begun anew. */
bool session_must_begin(const struct session *);
/* Nothing could move for so many microseconds, for instance because the machine
 * was suspended: that time does not make channels idle. */
void session_stood_still(struct session *, uint64_t us);
/* Bytes of the peer's log that have been processed here: for ATTACH. */
uint64_t session_count(const struct session *);
/* Ends all channels without telling the peer; session_reap frees them. */
void session_drop_all(struct session *, unsigned reason);

/* Queues a frame that belongs to no channel; `about` may be a channel that its
 * header names.  ATTACH and GOAWAY do not go through the log.  RESOURCES with
 * FLAG_FIRST replaces RESOURCES that still wait.  0, ERR_NOMEM, or ERR_LIMIT:
 * it is too long, or the peer reads nothing and too many frames wait. */
MUST_CHECK int session_post(struct session *, uint8_t command, uint8_t flags,
			    struct chan *about, const struct iovec *payload);
/* While this is on, what is queued is in no hurry: if nothing else waits, it is
 * sent 2 ms later, or with the next frame that does not wait. */
void session_unhurried(struct session *, bool on);
/* Sends one PING, unless one has no answer yet.  The answer sets
 * session_rtt. */
void session_ping(struct session *);
/* When the peer last sent anything, and the last round trip (0: unknown). */
uint64_t session_heard(const struct session *);
uint32_t session_rtt(const struct session *);
/* For how many microseconds a PING has had no answer (0: there is none), and
 * whether frames that were sent wait for an ACK. */
uint64_t session_ping_age(const struct session *);
bool session_is_waiting(const struct session *);

/* ---- channels ------------------------------------------------------------ */

/* Asks the peer for a channel, as soon as there is memory for its first window.
 * o->credit is filled in here.  NULL: there are too many channels, or no memory
 * for the struct. */
struct chan *chan_open(struct session *, const struct chan_ops *, void *end,
		       uint8_t service, const struct open *o);
/* Gives a channel that the peer asked for its local end. */
void chan_attach(struct chan *, const struct chan_ops *, void *end);
/* Accepts it.  `local` is our address in the connection to that end. */
void chan_accept(struct chan *, const struct addr *local);
/* Ends both directions at once, here and at the peer.  `text` is for people; it
 * may be NULL. */
void chan_reset(struct chan *, unsigned reason, const char *text);

/* The local end has bytes, a FIN or an error for ops->read. */
void chan_readable(struct chan *);
/* The local end can take bytes again: the backlog goes to ops->write. */
void chan_writable(struct chan *);
/* For ops with `counts`: the local end needs n more bytes no longer. */
void chan_consumed(struct chan *, size_t n);
/* The local end has the beginning of a message that may be `most` bytes long
 * and cannot consume it before it is whole: the window grows until then, if
 * need be after waiting for memory.  0: no message is unfinished. */
void chan_want(struct chan *, uint32_t most);
/* The local end keeps so many bytes in all, besides those in the window. */
void chan_keep(struct chan *, uint64_t bytes);
/* Whether the local end may keep more bytes.  False: ops->room will say when.
 * `unfinished`: it keeps the beginning of a message. */
bool chan_may_keep(struct chan *, bool unfinished);

void *chan_end(const struct chan *);
struct session *chan_session(const struct chan *);
struct chan_info {
	uint32_t client_id, server_id;
	uint8_t service;
	bool is_open, is_dead;
	uint64_t sent, received; /* payload bytes into and out of the tunnel */
	uint64_t kept;           /* part of `received`: in the local end */
	uint64_t opened_us;      /* when it was made */
	uint64_t active_us;      /* when it last moved a byte */
};
struct chan_info chan_info(const struct chan *);
unsigned session_channels(const struct session *);
/* Channels that wait to begin, or for memory to go on. */
unsigned session_crowd(const struct session *);
/* Calls fn for each channel that is not dead; fn may reset it. */
void session_each(struct session *, void (*fn)(struct chan *, void *), void *);
struct session_stats {
	uint64_t sent, received, resent;
	uint64_t memory, limit; /* bytes charged, and the most that may be */
};
struct session_stats session_stats(const struct session *);

#endif
