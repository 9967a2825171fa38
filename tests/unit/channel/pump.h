/* SPDX-License-Identifier: BSD-2-Clause */
/* pump.h - two sessions joined in memory, with local ends that are buffers.
 * No socket, no clock but a counted one. */
#ifndef ADIT_TEST_PUMP_H
#define ADIT_TEST_PUMP_H

#include "base/buf.h"
#include "channel/session.h"

#include <stdbool.h>

/* The local end of a channel. */
struct mem {
	struct chan *chan;
	struct buf in;      /* what its program will send ... */
	uint64_t urgent_in; /* offset behind an urgent byte of it */
	bool joined;        /* is read with the bytes before it */
	uint64_t taken;
	bool fin_in, reset_in; /* ... and how that ends */
	struct buf out;        /* what its program received */
	uint64_t urgent_out;
	struct buf marks; /* every urgent_out that there was */
	size_t room;      /* how much it takes; SIZE_MAX: all */
	bool got_fin, opened, closed, refuse, late;
	bool has_more; /* says after a read that there is more, as sockets do */
	unsigned reason;
	char text[TEXT_MAX];
	struct open asked;
};

enum { MEMS = 256 };

struct side {
	struct session *s;
	struct budget budget;
	struct budget_pool pool; /* of the budget; no limit at first */
	struct mem *mems[MEMS];  /* of channels that the peer opened */
	unsigned nmems;
	bool refuse, late; /* for those to come */
	size_t room;
	struct frame last; /* of session_ops.frame */
	unsigned frames;
	unsigned counted, most; /* session_ops.more; how many may be */
	unsigned leave;         /* how many of the peer's may begin ... */
	uint64_t turn_us;       /* ... before this; 0: others are refused */
	unsigned crowds;        /* of session_ops.crowded ... */
	enum crowd crowd;       /* ... and the last one */
	struct buf told;        /* all of them, with their payloads */
	struct buf wire;        /* sealed here, not received there */
	uint64_t wire_bytes;
};

struct pump {
	struct side agent, gateway;
	uint64_t now;
	uint32_t random;
	bool whole;       /* records arrive as they were sealed */
	uint64_t arrived; /* bytes that reached a side */
	uint64_t fuse;    /* the tunnel breaks behind so many */
	struct buf edges; /* where frames began: values of arrived */
};

void pump_init(struct pump *, uint64_t memory, unsigned channels);
void pump_fini(struct pump *);
/* Until nothing moves.  The wire is cut at random, or not at all (whole).
 * Fails the test when a session fails. */
void pump_run(struct pump *);
/* One turn: everything that can be packed, then everything is received. */
bool pump_turn(struct pump *, struct side *from, struct side *to);
void pump_wait(struct pump *, uint64_t us);
/* The fuse has burnt: nothing arrives any more. */
bool pump_is_broken(const struct pump *);
/* What was sent and did not arrive is lost; `fuse` bytes later again. */
void pump_detach(struct pump *);
void pump_attach(struct pump *, uint64_t fuse);
/* What the side has goes on in a new session; only without a tunnel. */
void pump_move(struct pump *, struct side *);

/* What a side does with a channel that its peer opens: session_ops.open. */
void pump_on_open(struct side *, struct chan *, const struct open *);

struct mem *mem_new(size_t room);
void mem_free(struct mem *);
/* A channel from `side`, with a local end of its own. */
struct mem *mem_open(struct side *side, const struct open *o);
void mem_write(struct mem *, const void *p, size_t n);
void mem_fin(struct mem *);
void mem_reset(struct mem *);
/* n bytes that depend on their place, and the check for it. */
void mem_fill(struct mem *, size_t n);
bool mem_matches(const struct mem *, size_t n);

#endif
