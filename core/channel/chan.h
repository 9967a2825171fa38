/* SPDX-License-Identifier: BSD-2-Clause */
/* chan.h - what a channel and a session are made of; for the files of this
 * folder only.
 *
 * The states of a channel, at its opener and at the side that answers:
 *
 *     chan_open()                               the peer's OPEN is read
 *          v                                               v
 *       OPENING  no frame sent                          ASKED  owner is asked
 *          | OPEN is packed                                | chan_accept()
 *          v                                               v
 *       WAITING  may send DATA                         ANSWERING
 *          | OPENED is read          OPENED is packed      |
 *          +------------------> OPEN <---------------------+
 *                                 |
 *       from every state:         | both FINs have been passed on; or a reset,
 *                                 v by the peer, the local end or the owner
 *                               DEAD
 *                                 | session_reap() has called ops->closed, and
 *                                 v the CLOSE that the peer must get is packed
 *                               freed
 *
 * A channel with `early` set, in OPENING or ASKED, waits for memory (line.c);
 * until it has some, its OPEN is not packed, or not shown to the owner. */
#ifndef ADIT_CHANNEL_CHAN_H
#define ADIT_CHANNEL_CHAN_H

#include "base/buf.h"
#include "base/map.h"
#include "channel/session.h"
#include "channel/slog.h"

enum chan_state {
	CHAN_OPENING,
	CHAN_WAITING,
	CHAN_ASKED,
	CHAN_ANSWERING,
	CHAN_OPEN,
	CHAN_DEAD
};

/* Control frames that a channel still has to send.  One flag for each kind:
 * however often a peer provokes a frame, it is sent once and nothing queues
 * up. */
enum {
	OWE_OPEN = 1,
	OWE_OPENED = 2,
	OWE_WINDOW = 4,
	OWE_RETURN = 8,
	OWE_RETURNED = 16,
	OWE_RESET = 32,
};

struct chan {
	struct session *s;
	const struct chan_ops *ops;
	void *end;
	struct list all;    /* session.chans or session.dead */
	struct list owing;  /* session.owing or .held */
	struct list turn;   /* session.fresh or session.busy */
	struct list line;   /* session.early or session.hungry */
	struct list paused; /* session.paused */

	uint32_t own_id, peer_id; /* 0: not known yet */
	uint8_t state, owes, service;
	bool mine : 1;     /* this side opened the channel */
	bool ready : 1;    /* the local end has announced something to read */
	bool fin_out : 1;  /* our FIN is packed, we send no more */
	bool fin_in : 1;   /* the peer's FIN has come */
	bool finished : 1; /* ops->finish has passed it to the local end */
	bool closed_told : 1; /* ops->closed has been called */
	bool asked_back : 1;  /* RETURN is sent, RETURNED has not come */
	bool blocked : 1;     /* `ready`, but the peer has given no credit */
	bool real : 1;        /* FLAG_REAL stands in the OPEN */
	bool check : 1;       /* FLAG_CHECK stands in the OPEN */
	bool early : 1;       /* waits for the memory to begin */
	bool starved : 1;     /* chan_may_keep has said no */
	bool counted : 1;     /* session_ops.more has counted it */

	/* Into the tunnel.  Byte counts from the channel's beginning: */
	uint64_t sent;   /* packed as DATA */
	uint64_t limit;  /* up to which the peer lets us send */
	int32_t deficit; /* what is left of this round (sched.c) */
	uint32_t recent; /* bytes sent lately; halves with time */
	/* From the tunnel.  Byte counts, consumed <= received <= granted: */
	uint64_t received;
	uint64_t consumed; /* the local end has no more need of them */
	uint64_t granted;  /* up to which the peer may send */
	uint32_t window;   /* granted - consumed is never more than this */
	uint32_t want;     /* size of the message that has come in part; 0 */
	uint64_t kept;     /* bytes in the local end besides the window */
	uint64_t epoch_us, epoch_consumed; /* where this window's worth began */
	uint64_t urgent;    /* value of `received` behind an urgent byte */
	struct buf backlog; /* bytes that the local end has not got yet */

	uint64_t opened_us, active_us, begins_us; /* the last: its turn */
	union {
		void *open;         /* OPENING, early ASKED: payload of OPEN */
		struct addr *local; /* ANSWERING: the address for OPENED */
		char *text;         /* DEAD: the text for the peer's CLOSE */
	} arg;
	uint16_t open_len, reason;
};

struct post { /* a frame of the session that waits to be packed */
	struct list node;
	uint8_t command, flags;
	uint32_t client_id, server_id;
	uint16_t len;
	uint8_t data[];
};

enum {
	BATCH = 16,
	MAX_POSTS = 4096,
	REST_US = 1000000, /* after that an empty log frees its memory */
	QUICK_US = 1000,   /* shorter round trips are taken for this one */
};

struct session {
	enum role role;
	uint32_t marker;
	unsigned max_channels, nchans;
	const struct session_ops *ops;
	void *owner;
	uint64_t now;
	bool attached, failed, unhurried;
	bool forgotten; /* by session_forget; no frame has come since */
	char why[160];  /* why `failed` is set */

	/* in */
	struct frame_reader reader;
	uint64_t processed, ack_sent, ack_since, heard;
	struct chan *cur; /* whose bytes are in `batch` */
	struct iovec batch[BATCH];
	int nbatch;

	/* out */
	struct slog log;
	uint64_t hurried; /* log.end behind the last frame that hurries */
	uint64_t log_limit, log_epoch, log_epoch_us;
	struct list posts; /* struct post */
	unsigned nposts;
	struct list owing, held, fresh, busy; /* held: until session_release */
	size_t target;
	uint64_t ping_us, resent, pong_value;
	bool ping_due, pong_due, ping_out;
	struct list asides; /* struct post of ATTACH, GOAWAY: not in the log */
	uint8_t small[FRAME_HEADER + 2 * TEXT_MAX];

	/* channels */
	struct list chans, dead;
	struct map by_own, by_peer;
	uint32_t next_own, top_peer;
	uint64_t memory;           /* one half for the log, one for credit */
	struct budget budget;      /* for credit */
	struct list early, hungry; /* struct chan.line: the queues of line.c */
	unsigned nline;            /* channels in both queues */
	struct chan *over;   /* the one channel that may exceed the budget */
	uint64_t line_us;    /* when line_move is due */
	uint64_t crowded_us; /* when ops->crowded was last called */
	/* Of bytes into the tunnel and out of it; NULL: no limit. */
	struct allowance *may_send, *may_write;
	struct list paused; /* struct chan.paused: wait for may_write */
	uint32_t rtt_us;
	uint64_t sweep_us, rest_us, later_us, bytes_out, bytes_in;
};

/* chan.c */
struct chan *chan_make_bare(struct session *, uint8_t service);
void chan_free(struct chan *);
/* Keeps a copy of the packed payload of an OPEN.  0 or ERR_NOMEM. */
MUST_CHECK int chan_keep_open(struct chan *, const void *p, size_t n);
/* Makes it DEAD.  `tell`: the peer gets a CLOSE, unless it never saw the
 * OPEN. */
void chan_kill(struct chan *, unsigned reason, const char *text, bool tell);
void chan_spare_reset(struct chan *);
/* Notes that the frames of these OWE_ flags are to be sent. */
void chan_owe(struct chan *, unsigned what);
/* Ends the channel if both FINs have been passed on. */
void chan_check_end(struct chan *);
/* Gives bytes of the peer to the local end; what it does not take goes to the
 * backlog.  `urgent`: the last byte is urgent. */
void chan_deliver(struct chan *, const struct iovec *, int n, bool urgent);
/* sound.c: whether the fields of a channel that was received from another
 * process can be true. */
bool chan_is_sound(const struct chan *);
/* Shows the kept OPEN of the peer to the owner of the session. */
void chan_ask_owner(struct chan *);
/* Writes the 20 bytes of a frame's header. */
void chan_put_header(uint8_t *at, const struct chan *c, unsigned command,
		     unsigned flags, size_t len);
/* input.c: hands the collected DATA to its channel. */
void input_flush(struct session *);
/* sched.c: the channel has something to send and takes part in the turns. */
void sched_add(struct chan *);
/* Gives one channel its turn, which packs bytes or a FIN, or finds the channel
 * broken.  False: no channel has anything to send. */
bool sched_data(struct session *);
/* session_log.c: how large the log may become. */
void session_log_init(struct session *);
void session_log_fini(struct session *);
/* Frees the memory that an idle session does not need. */
void session_log_rest(struct session *);
/* The peer has acknowledged something: the limit may grow. */
void session_log_acked(struct session *);
/* The log was received from another process: charges it to the budget. */
void session_log_arrived(struct session *);
/* There is no room for `n` more bytes of control frames. */
bool session_log_is_full(const struct session *, uint64_t n);
/* Bytes of DATA frames that still fit, headers included. */
size_t session_log_room(const struct session *);
/* control.c: packs one frame of the session, or all that one channel owes.
 * False: the log is full, or the session has failed. */
bool control_pack(struct session *);
bool control_waits(const struct session *);
/* Something was queued. */
void session_wake(struct session *);

#endif
