/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - what an inspected channel is made of; for core/plugin only.
 *
 * A callback is a transaction: begin keeps a copy of the state, adit_* calls
 * are noted in `tx`, and the verdict ends it by commit or rollback. */
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
	TX_OPS = 64,           /* calls in one callback */
	TX_INJECT = 256 << 10, /* bytes injected by one callback */
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
	char *text; /* OP_AUDIT: key NUL value NUL;
					 * OP_EVENT: as ops->event gets it */
};

struct tx {
	struct op *op; /* TX_OPS of them, or NULL */
	unsigned nops;
	struct buf inject[2], rewrite;
	bool rewritten;
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
	char reason[REASON_LEN];
	void *saved; /* copy of the state, or NULL */
	max_align_t state[];
};

static inline enum adit_dir other_dir(enum adit_dir d)
{
	return d == ADIT_TO_SERVER ? ADIT_TO_CLIENT : ADIT_TO_SERVER;
}

/* ---- host.c: the end of a channel ---- */
/* Resets; the first reason stands. */
void inspect_fail(struct adit_channel *ch, const char *fmt, ...) PRINTF(2, 3);

/* ---- deliver.c: callbacks and their verdicts ---- */
/* True if the verdict is final: then the n bytes at p are done. */
bool deliver_message(struct adit_channel *ch, enum adit_dir d, const uint8_t *p,
		     size_t n);
void deliver_eof(struct adit_channel *ch, enum adit_dir d);
void deliver_open(struct adit_channel *ch);
void deliver_timer(struct adit_channel *ch);

/* ---- tx.c ---- */
/* Around each call of the plugin; tx_begin begins too. */
void callback_begin(struct adit_channel *ch, enum callback cb);
void callback_end(struct adit_channel *ch);
void tx_begin(struct adit_channel *ch, enum callback cb);
/* What was injected goes out now, before the message itself; then the rest. */
void tx_inject(struct adit_channel *ch);
void tx_commit(struct adit_channel *ch);
void tx_rollback(struct adit_channel *ch);
void tx_fini(struct adit_channel *ch);
/* A new note, or NULL: the call does not count. */
struct op *tx_note(struct adit_channel *ch, enum op_kind kind, uint32_t which);
/* The running callback broke a rule; false. */
bool tx_broken(struct adit_channel *ch, const char *rule);
/* What it holds, if anything, is to be replayed. */
void side_wake(struct side *s);

/* ---- expect_call.c ---- */
bool side_is_waiting(const struct side *s);
/* At the final verdict: drops all; those that were not repeated, or all with
 * `all`, are withdrawn. */
void expect_calls_drop(struct adit_channel *ch, struct side *s, bool all);
void expect_calls_expire(struct adit_channel *ch, struct side *s, uint64_t now);

/* ---- trace.c: only where ops->trace is there ---- */
/* What has come out since the last time. */
void trace_result(struct adit_channel *ch);

static inline void trace(struct adit_channel *ch, const struct inspect_trace *t)
{
	if (ch->ops->trace)
		ch->ops->trace(ch->ctx, t);
}

/* The clock of deadlines and the plugin's timer. */
static inline uint64_t inspect_now(const struct adit_channel *ch)
{
	return ch->paused ? ch->paused_at : ch->ops->now(ch->ctx);
}

#endif
