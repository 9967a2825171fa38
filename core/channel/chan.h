/* SPDX-License-Identifier: BSD-2-Clause */
/* chan.h - what a channel and a session are made of; for the files of this
 * folder only.
 *
 * Life of a channel:
 *
 *   opener    OPENING --OPEN packed--> WAITING --OPENED came--> OPEN
 *   answerer  ASKED --chan_accept--> ANSWERING --OPENED packed--> OPEN
 *   both      any --both FINs, or a reset--> DEAD --closed()--> gone
 *
 * A DEAD one keeps its slot until its CLOSE is packed.  One that is `early` stands
 * in a line (line.c) for the memory that it needs to begin: its OPEN is not packed,
 * or not shown to the owner, and a peer's has no local end yet. */
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

/* Control frames that a channel owes; each is a flag, so that no flood makes a
 * queue. */
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
	struct list all;   /* session.chans or session.dead */
	struct list owing; /* session.owing */
	struct list turn;  /* session.fresh or session.busy */
	struct list line;  /* session.early or session.hungry */

	uint32_t own_id, peer_id; /* 0: not known yet */
	uint8_t state, owes, service;
	bool mine : 1;     /* this side opened it */
	bool ready : 1;    /* a read is due */
	bool fin_out : 1;  /* our FIN is packed */
	bool fin_in : 1;   /* the peer's FIN is here ... */
	bool finished : 1; /* ... and was passed on */
	bool closed_told : 1;
	bool asked_back : 1; /* RETURN sent, RETURNED not here */
	bool blocked : 1;    /* ready, but out of credit */
	bool real : 1;       /* OPEN carries FLAG_REAL ... */
	bool check : 1;      /* ... and FLAG_CHECK */
	bool early : 1;      /* waits for the memory to begin */
	bool starved : 1;    /* chan_may_keep has said no */
	bool counted : 1;    /* by ops->more of the session */

	/* out: into the tunnel */
	uint64_t sent, limit;
	int32_t deficit; /* of the round robin */
	uint32_t recent; /* bytes sent lately; decays */
	/* in: from the tunnel */
	uint64_t received, consumed, granted;
	uint32_t window;
	uint32_t want; /* the largest message, while one has come
					 * in part; else 0 */
	uint64_t kept; /* by the local end, besides the window */
	uint64_t epoch_us, epoch_consumed; /* when a window began */
	uint64_t urgent;    /* `received` behind an urgent byte */
	struct buf backlog; /* what the local end did not take */

	uint64_t opened_us, active_us;
	union {
		void *open;         /* packed OPEN payload, until packed, or
					 * until the owner hears of it */
		struct addr *local; /* of OPENED, until packed */
		char *text;         /* of RESET, until packed and told */
	} arg;
	uint16_t open_len, reason;
};

struct post { /* a frame that waits to be packed */
	struct list node;
	uint8_t command, flags;
	uint32_t client_id, server_id;
	uint16_t len;
	uint8_t data[];
};

enum {
	BATCH = 16,
	MAX_POSTS = 4096,
	REST_US = 1000000, /* an idle log gives its memory back */
	QUICK_US = 1000,   /* no round trip counts as shorter */
};

struct session {
	enum role role;
	uint32_t marker;
	unsigned max_channels, nchans;
	const struct session_ops *ops;
	void *owner;
	uint64_t now;
	bool attached, failed;
	bool forgotten; /* and the peer not heard since */
	char why[160];

	/* in */
	struct frame_reader reader;
	uint64_t processed, ack_sent, ack_since, heard;
	struct chan *cur; /* whose bytes are in `batch` */
	struct iovec batch[BATCH];
	int nbatch;

	/* out */
	struct slog log;
	uint64_t log_limit, log_epoch, log_epoch_us;
	struct list posts; /* struct post */
	unsigned nposts;
	struct list owing, fresh, busy;
	size_t target;
	uint64_t ping_us, resent;
	bool ping_due, pong_due, ping_out;
	uint64_t pong_value;
	struct list asides; /* ATTACH, GOAWAY: outside the log */
	uint8_t small[FRAME_HEADER + 2 * TEXT_MAX];

	/* channels */
	struct list chans, dead;
	struct map by_own, by_peer;
	uint32_t next_own, top_peer;
	uint64_t memory;           /* half is the log's, half credit */
	struct budget budget;      /* of credit */
	struct list early, hungry; /* struct chan.line: to begin; to go on */
	unsigned nline;            /* how many stand in them */
	struct chan *over;         /* the one that may exceed the budget */
	uint64_t line_us;          /* when they look again */
	uint64_t crowded_us;       /* when the owner was told */
	uint32_t rtt_us;
	uint64_t sweep_us, rest_us, bytes_out, bytes_in;
};

/* chan.c */
struct chan *chan_make_bare(struct session *, uint8_t service);
void chan_free(struct chan *);
/* A copy of a packed OPEN, for later. */
MUST_CHECK int chan_keep_open(struct chan *, const void *p, size_t n);
void chan_kill(struct chan *, unsigned reason, const char *text, bool tell);
void chan_owe(struct chan *, unsigned what);
void chan_check_end(struct chan *);
void chan_deliver(struct chan *, const struct iovec *, int n, bool urgent);
/* sound.c: one that arrives, as far as its own fields tell. */
bool chan_is_sound(const struct chan *);
/* input.c */
void input_flush(struct session *);
/* The peer's OPEN, which has waited. */
void input_open(struct chan *);
/* sched.c */
void sched_add(struct chan *);
/* One turn of one channel: bytes or FIN are packed, or it broke.  False: there is
 * nothing to do now. */
bool sched_data(struct session *);
/* log.c */
void log_init(struct session *);
void log_fini(struct session *);
/* Gives back what an idle session does not need. */
void log_rest(struct session *);
/* The peer has acknowledged something: the limit may grow. */
void log_acked(struct session *);
/* From another process, with the limit that it has. */
void log_arrived(struct session *);
/* No room for `n` more bytes of control frames. */
bool log_is_full(const struct session *, uint64_t n);
/* What DATA may still take, headers included. */
size_t log_room(const struct session *);
/* control.c */
void header_put(uint8_t *at, const struct chan *c, unsigned command,
		unsigned flags, size_t len);
/* Packs one waiting control frame, or one channel's; false: the log is full. */
bool control_pack(struct session *);
bool control_waits(const struct session *);

static inline void session_wake(struct session *s)
{
	if (s->ops->wake)
		s->ops->wake(s);
}

static inline uint32_t id_own(const struct session *s, const struct frame *f)
{
	return s->role == ROLE_AGENT ? f->client_id : f->server_id;
}

static inline uint32_t id_peer(const struct session *s, const struct frame *f)
{
	return s->role == ROLE_AGENT ? f->server_id : f->client_id;
}

#endif
