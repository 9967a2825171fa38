/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - the inside of an inspected channel, for core/plugin only.
 *
 * A callback is a transaction: tx_begin keeps a copy of the state (with
 * ADIT_STATE_SAVED the plugin names what is to be kept), calls of adit_*
 * functions are noted in `tx`, and the verdict ends it by tx_commit or
 * tx_rollback. */
#ifndef ADIT_PLUGIN_INSIDE_H
#define ADIT_PLUGIN_INSIDE_H

#include "base/list.h"
#include "plugin/host.h"
#include "plugin/loader.h"
#include "plugin/side.h"

#if defined(__SANITIZE_ADDRESS__)
#define INSPECT_ALWAYS_EXACT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define INSPECT_ALWAYS_EXACT 1
#endif
#endif
#ifndef INSPECT_ALWAYS_EXACT
#define INSPECT_ALWAYS_EXACT 0
#endif

enum {
	TX_OPS = 64,           /* most calls in one callback */
	TX_INJECT = 256 << 10, /* most bytes injected by one callback */
	REASON_LEN = 160,
};

enum op_kind {
	OP_CANCEL,
	OP_ARM,
	OP_IGNORE,
	OP_WAKE,
	OP_COUNT,
	OP_TIMER,
	OP_AUDIT,
	OP_EVENT
};
struct op {
	enum op_kind kind;
	uint32_t which;
	int64_t add;
	/* OP_AUDIT: key, NUL, value, NUL.  OP_EVENT: the text for
	 * ops->event. */
	char *text;
};

struct tx {
	struct op *op; /* TX_OPS of them, or NULL */
	unsigned nops;
	struct buf inject[2], rewrite;
	bool rewritten;
	uint64_t skip;      /* bytes behind the message that pass unseen */
	const char *broken; /* the rule that was broken, or NULL */
};

enum callback {
	CB_NONE,
	CB_FRAME,
	CB_OPEN,
	CB_MESSAGE,
	CB_EOF,
	CB_TIMER,
	CB_CLOSE
};

struct adit_channel {
	const struct plugin *plugin;
	const void *conf;
	const struct inspect_ops *ops;
	void *ctx;
	struct adit_addr server, local, app, shown;
	char *user;
	uint64_t tag;
	struct buf given; /* for adit_given */
	uint64_t began;   /* for adit_now; moves on with each pause */
	struct adit_channel *parent; /* or NULL */
	struct list children, sibling;

	struct side side[2]; /* by enum adit_dir */
	enum inspect_status status, traced;
	bool started, detached;
	bool exact;           /* each message in a block of its own */
	enum callback cb;     /* which one runs */
	struct adit_msg *msg; /* in CB_MESSAGE */
	uint64_t timer;       /* INSPECT_NEVER: none */
	uint64_t paused_at;
	bool paused;
	struct tx tx;
	unsigned rounds;      /* see deliver_brake */
	uint64_t rounds_from; /* when the first of them was */
	char reason[REASON_LEN];
	char why[EXPECT_WHY];    /* for adit_why, in this callback */
	char saying[EXPECT_WHY]; /* of inspect_why */
	void *saved;             /* copy of the state, or NULL */
	struct buf undo; /* of adit_save: bytes and struct undo in turn */
	max_align_t state[];
};

static inline enum adit_dir other_dir(enum adit_dir d)
{
	return d == ADIT_TO_SERVER ? ADIT_TO_CLIENT : ADIT_TO_SERVER;
}

/* ---- host.c: the end of a channel ---- */
/* Has the channel reset, with this reason unless there is one already. */
void inspect_fail(struct adit_channel *ch, const char *fmt, ...) PRINTF(2, 3);

/* ---- deliver.c: callbacks and their verdicts ---- */
/* Shows the n bytes at p to the plugin as a message.  True if the verdict is
 * final, so that these bytes are no longer needed. */
bool deliver_message(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		     size_t n);
void deliver_eof(struct adit_channel *ch, enum adit_dir d);
void deliver_open(struct adit_channel *ch);
void deliver_timer(struct adit_channel *ch);

/* ---- tx.c ---- */
/* To be called around each call of the plugin; tx_begin calls
 * callback_begin. */
void callback_begin(struct adit_channel *ch, enum callback cb);
void callback_end(struct adit_channel *ch);
void tx_begin(struct adit_channel *ch, enum callback cb);
/* The end of a transaction that counts: first tx_inject sends what was
 * injected, then the message itself is forwarded, then tx_commit does all the
 * rest. */
void tx_inject(struct adit_channel *ch);
void tx_commit(struct adit_channel *ch);
void tx_rollback(struct adit_channel *ch);
void tx_fini(struct adit_channel *ch);
/* Keeps n bytes at offset `at` of the state, for tx_rollback. */
void tx_save(struct adit_channel *ch, size_t at, size_t n);
/* Notes a call of the plugin.  NULL: it must not be done. */
struct op *tx_note(struct adit_channel *ch, enum op_kind kind, uint32_t which);
/* The running callback has broken a rule: the text follows "plugin NAME".
 * Returns false. */
bool tx_broken(struct adit_channel *ch, const char *rule);
/* Has a message that is held replayed, if there is one. */
void side_wake(struct side *s);

/* ---- expect_call.c ---- */
/* One more call of this direction, all zero.  NULL: out of memory. */
struct expect_call *expect_call_add(struct side *s);
/* Frees the calls of this direction, and what they own. */
void expect_calls_free(struct side *s);
/* Whether a call of adit_expect has no answer yet. */
bool side_is_waiting(const struct side *s);
/* Forgets the calls of adit_expect at the final verdict.  Withdraws those that
 * the last replay has not repeated, or all of them. */
void expect_calls_drop(struct adit_channel *ch, struct side *s, bool all);
/* Calls without an answer fail when their timeout is over. */
void expect_calls_expire(struct adit_channel *ch, struct side *s, uint64_t now);

/* ---- trace.c: for an owner that has ops->trace ---- */
/* Reports the output since the last call, and a change of the status. */
void trace_result(struct adit_channel *ch);

static inline void trace(struct adit_channel *ch, const struct inspect_trace *t)
{
	if (ch->ops->trace)
		ch->ops->trace(ch->ctx, t);
}

/* The clock of deadlines and of the plugin's timer, in milliseconds. */
static inline uint64_t inspect_now(const struct adit_channel *ch)
{
	return ch->paused ? ch->paused_at : ch->ops->now(ch->ctx);
}

#endif
