/* SPDX-License-Identifier: BSD-2-Clause */
/* side.h - one direction of an inspected channel; for core/plugin only.
 *
 * Bytes come in from one peer at the right, and go to the other at the left.
 * Positions count the bytes of a stream since its beginning.
 *
 *        the output                          the input
 *
 *   written | out                  | final |         in
 *   --------+-----------+----------+       +------+-------------+---------
 *           |           |          |       | held | not cut yet | offered
 *           |       injected    out_end  in_at    |             |
 *   --------+-----------+----------+       +------+-------------+---------
 *                                           a message           a longer one
 *                                           that waits for      needs `need`
 *                                           its verdict         bytes
 *
 * A verdict removes bytes from the beginning of `in`, and appends what becomes
 * of them to `out`.  While `skip` is not 0, bytes go from `in` to `out` without
 * the plugin; what it injects meanwhile waits in `late`. */
#ifndef ADIT_PLUGIN_SIDE_H
#define ADIT_PLUGIN_SIDE_H

#include "plugin/host.h"

enum { MARKS = 8 }; /* most urgent bytes under way in one direction */

/* The positions behind urgent bytes in a stream, ascending. */
struct marks {
	unsigned n;
	uint64_t at[MARKS];
};
void mark_add(struct marks *m, uint64_t at);
/* Forgets marks at or before `at`. */
void mark_trim(struct marks *m, uint64_t at);

/* A call of adit_expect by the message that is held.  The same call of the
 * replay gets this result, which may have changed since. */
struct expect_call {
	struct adit_expect want; /* .targets and .data belong to this */
	uint32_t id;
	enum adit_result result;
	struct adit_addr show;
	char *why;         /* ADIT_DENIED, ADIT_FAILED: for adit_why; or NULL */
	uint64_t deadline; /* while result is ADIT_WAIT */
	bool repeated;     /* made again in this pass */
};

struct side {
	struct buf in, out;
	struct buf late;   /* injected, to be sent when `skip` is over */
	uint64_t in_at;    /* position of the first byte without a verdict */
	uint64_t out_end;  /* position behind the output */
	uint64_t injected; /* position behind what was injected last */
	struct marks in_urgent, out_urgent;
	uint64_t skip;       /* bytes to forward without the plugin */
	size_t need;         /* length of the message in `in`; 0: unknown */
	size_t held;         /* length of the message that is held; 0: none */
	unsigned held_flags; /* its ADIT_PARTIAL */
	unsigned pass;       /* how often it has been replayed */
	size_t consumed;     /* bytes, for inspect_consumed */
	bool blind;          /* the plugin does not look (any more) */
	bool again;          /* replay the message that is held */
	bool asked;          /* it waits for adit_outcome */
	bool told;           /* it was replayed as the other side had ended */
	bool fin;            /* the peer has sent FIN, */
	bool eof_held;       /* the plugin holds it, */
	bool ended;          /* or it may be forwarded */
	uint64_t traced;     /* position behind the output that was traced */
	bool traced_end;
	bool busy;                 /* side_run runs, so it must not run again */
	struct expect_call *calls; /* grows as they are made; or NULL */
	unsigned ncalls;
	unsigned cursor; /* place in calls of the replay's next call */
};

/* ---- stream.c ---- */
/* Processes n bytes at p, whose position is in_at.  Returns how many of them
 * have a final verdict.  If s->held, the message behind these is held. */
size_t side_chew(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		 size_t n);
/* Replays what is held, goes on with `in`, and ends the direction if its FIN is
 * due. */
void side_run(struct adit_channel *ch, enum adit_dir d);
/* Stops showing this direction to the plugin, and releases what it holds. */
void side_blind(struct adit_channel *ch, enum adit_dir d);
/* Appends to the output. */
void side_emit(struct adit_channel *ch, enum adit_dir d, const void *p,
	       size_t n);
/* Sends the injected bytes that waited for the end of a skip. */
void side_flush_late(struct adit_channel *ch, enum adit_dir d);

#endif
