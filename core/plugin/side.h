/* SPDX-License-Identifier: BSD-2-Clause */
/* side.h - one direction of an inspected channel; for core/plugin only.
 *
 * Bytes come from one peer at the right, and leave to the other at the left.
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
 * A verdict takes bytes from the beginning of `in` and puts what becomes of them
 * behind `out`.  With `skip` the next bytes go from the one to the other without
 * the plugin; what it injects meanwhile waits in `late`. */
#ifndef ADIT_PLUGIN_SIDE_H
#define ADIT_PLUGIN_SIDE_H

#include "plugin/host.h"

enum { MARKS = 8 }; /* urgent bytes on their way, per direction */

/* Ends of urgent bytes, as positions in a stream, ascending. */
struct marks {
	unsigned n;
	uint64_t at[MARKS];
};
void mark_add(struct marks *m, uint64_t at);
/* Forgets those at or before `at`. */
void mark_trim(struct marks *m, uint64_t at);

/* A call of adit_expect by the message that waits: the replay gets the same
 * result, or the one that has come in between. */
struct expect_call {
	struct adit_expect want; /* .targets is owned */
	uint32_t id;
	enum adit_result result;
	struct adit_addr show;
	uint64_t deadline; /* while result is ADIT_WAIT */
	bool repeated;     /* made again in this pass */
};

struct side {
	struct buf in, out;
	struct buf late;   /* injected, waits for the end of skip */
	uint64_t in_at;    /* position of the first byte that is not final */
	uint64_t out_end;  /* position behind the output */
	uint64_t injected; /* and behind what was last injected */
	struct marks in_urgent, out_urgent;
	uint64_t skip;       /* bytes that the plugin need not see */
	size_t need;         /* of an unfinished message, 0: unknown */
	size_t held;         /* length of the message that waits, 0: none */
	unsigned held_flags; /* ADIT_PARTIAL of that one */
	unsigned pass;       /* how often it has been replayed */
	size_t consumed;     /* final since inspect_consumed was asked */
	bool blind;          /* the plugin does not look (any more) */
	bool again;          /* what is held is to be replayed */
	bool asked;          /* for an outcome that is not known yet */
	bool told;           /* replayed for the other side's end */
	bool fin;            /* the peer has sent its last byte ... */
	bool eof_held;       /* ... the plugin keeps that to itself ... */
	bool ended;          /* ... and the other peer may be told */
	uint64_t traced;     /* position behind the output that was traced */
	bool traced_end;
	bool busy;                 /* on the stack */
	struct expect_call *calls; /* INSPECT_EXPECTS of them, or NULL */
	unsigned ncalls, cursor;   /* the replay has come to calls[cursor] */
};

/* ---- stream.c ---- */
/* Processes from p, which is in_at; returns how many bytes are final.  With
 * s->held the message behind them waits. */
size_t side_chew(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		 size_t n);
/* Replays, goes on with `in`, and ends the direction where its FIN is due. */
void side_run(struct adit_channel *ch, enum adit_dir d);
/* Lets go of what is held; nobody looks any more. */
void side_blind(struct adit_channel *ch, enum adit_dir d);
void side_emit(struct adit_channel *ch, enum adit_dir d, const void *p,
	       size_t n);
/* What waited for the end of a skip goes out. */
void side_flush_late(struct adit_channel *ch, enum adit_dir d);

#endif
