/* SPDX-License-Identifier: BSD-2-Clause */
/* session.h - one end of a session: its channels, log, credit and scheduler.
 *
 * No I/O and no clock: plaintext of the tunnel goes in through session_input
 * and comes out of session_next; the local connections are reached through
 * struct chan_ops; the time is told.  A session and its channels belong to one
 * thread.
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
#include "channel/budget.h"
#include "channel/ops.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#define CREDIT_START 16384 /* what every open channel may send at first */
#define SESSION_CHANNELS 8192
#define SESSION_MEMORY (UINT64_C(128) << 20) /* 4,096 channels may start */
#define ACK_EVERY (256 * 1024) /* bytes processed before an ACK is due */
#define ACK_DELAY_US 20000     /* and the longest that it waits */

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
/* Ends every channel with REASON_LOST first. */
void session_free(struct session *);
void *session_owner(const struct session *);

/* ---- tunnel side ---------------------------------------------------------- */

/* All times are in microseconds of one monotonic clock. */
void session_set_now(struct session *, uint64_t now_us);
void session_set_rtt(struct session *, uint32_t rtt_us);
/* Bytes that may wait for the network: sets how much one channel may take in
 * one turn. */
void session_set_target(struct session *, size_t bytes);

/* Plaintext, cut in any way; lent until session_input_done.  0, or an error
 * that ends the tunnel and the session: session_why says what. */
MUST_CHECK int session_input(struct session *, const uint8_t *p, size_t n);
/* What was collected goes to the local ends now. */
void session_input_done(struct session *);
const char *session_why(const struct session *);
/* Notes why, for session_why; returns ERR_PROTO. */
int session_fail(struct session *, const char *fmt, ...) PRINTF(2, 3);

/* The next record to be sealed, at most FRAME_MAX bytes that stay until the
 * next call into this session.  False: nothing to send now. */
bool session_next(struct session *, struct iovec *record);
/* When session_tick wants to be called next, absolute; UINT64_MAX: never. */
uint64_t session_deadline(const struct session *);
/* ACKs that are due; credit of idle channels. */
void session_tick(struct session *);
/* Calls `closed` of the channels that have ended; those that wait for memory go
 * on where there is some.  Once per loop turn. */
void session_reap(struct session *);

/* The tunnel is gone; channels and log wait for another one. */
void session_detach(struct session *);
bool session_is_attached(const struct session *);
/* A tunnel is there.  fresh: counts start at 0 on both sides, and all channels
 * that were end with REASON_LOST.  Else peer_count is what the peer has
 * processed of our log: ERR_PROTO if that cannot be. */
MUST_CHECK int session_attach(struct session *, bool fresh,
			      uint64_t peer_count);
/* Nobody has come back: channels end with REASON_LOST, frames that wait and the
 * logs are gone.  The next attach must be a fresh one ... */
void session_forget(struct session *);
/* ... and so the one after it, until the peer has been heard: it may not know
 * yet that the logs begin anew. */
bool session_must_begin(const struct session *);
/* Nothing could move for so long: what counts the time of channels leaves it
 * out. */
void session_stood_still(struct session *, uint64_t us);
/* Log bytes processed here. */
uint64_t session_count(const struct session *);
/* Ends all channels (they are reaped as usual), without telling the peer. */
void session_drop_all(struct session *, unsigned reason);

/* A frame that is not a channel's own.  ATTACH, PING and GOAWAY go outside of
 * the log.  A RESOURCES with FLAG_FIRST replaces those still waiting. */
MUST_CHECK int session_post(struct session *, uint8_t command, uint8_t flags,
			    struct chan *about, const struct iovec *payload);
/* One PING; the answer sets session_rtt.  Does nothing while one is out. */
void session_ping(struct session *);
/* When the peer was last heard, and the last round trip (0: unknown). */
uint64_t session_heard(const struct session *);
uint32_t session_rtt(const struct session *);
/* How long a PING has been out, 0: none is; and whether frames that were sent wait
 * for an ACK. */
uint64_t session_ping_age(const struct session *);
bool session_is_waiting(const struct session *);

/* ---- channels -------------------------------------------------------------- */

/* Asks the peer for a channel, as soon as there is memory for one.  o->credit is
 * filled in here.  NULL: the limit of channels, or none for the chan itself. */
struct chan *chan_open(struct session *, const struct chan_ops *, void *end,
		       uint8_t service, const struct open *o);
/* The answerer's: gives an incoming channel its local end ... */
void chan_attach(struct chan *, const struct chan_ops *, void *end);
/* ... and says yes.  `local`: our address towards that end. */
void chan_accept(struct chan *, const struct addr *local);
/* Both directions end at once, here and there.  `text` may be NULL. */
void chan_reset(struct chan *, unsigned reason, const char *text);

void chan_readable(struct chan *);
void chan_writable(struct chan *);
/* For ops that count: n more bytes have left for good. */
void chan_consumed(struct chan *, size_t n);
/* What came is the beginning of a message, of which most may come: the window
 * grows until it is whole, and waits for memory where there is none.  0: nothing is
 * unfinished any more. */
void chan_want(struct chan *, uint32_t most);
/* The local end keeps so many bytes besides those that came within the window. */
void chan_keep(struct chan *, uint64_t bytes);
/* Whether it may come to keep more; if not, `room` follows.  `unfinished`: it
 * keeps the beginning of a message. */
bool chan_may_keep(struct chan *, bool unfinished);

void *chan_end(const struct chan *);
struct session *chan_session(const struct chan *);
struct chan_info {
	uint32_t client_id, server_id;
	uint8_t service;
	bool is_open, is_dead;
	uint64_t sent, received; /* payload bytes into and out of the tunnel */
	uint64_t kept;           /* of `received`: by the local end */
	uint64_t opened_us,
		active_us; /* when it was made, when it last moved */
};
struct chan_info chan_info(const struct chan *);
unsigned session_channels(const struct session *);
/* Those that wait, to begin or for memory. */
unsigned session_crowd(const struct session *);
/* All live channels; fn may reset the one it is given. */
void session_each(struct session *, void (*fn)(struct chan *, void *), void *);
struct session_stats {
	uint64_t sent, received, resent;
	uint64_t memory, limit; /* charged; all that it may have */
};
struct session_stats session_stats(const struct session *);

#endif
