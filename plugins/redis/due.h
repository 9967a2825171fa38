/* SPDX-License-Identifier: BSD-2-Clause */
/* due.h - the replies that the server owes, in the order of the commands. */
#ifndef ADIT_REDIS_DUE_H
#define ADIT_REDIS_DUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the reply to a command is. */
enum due_kind {
	DUE_NONE,  /* no reply is owed */
	DUE_PLAIN, /* it names no address that a client would dial */
	DUE_SLOTS,
	DUE_SHARDS,
	DUE_NODES,
	DUE_REPLICAS,
	DUE_ROLE,
	DUE_INFO,
	DUE_INSTANCES, /* SENTINEL MASTERS, REPLICAS, SENTINELS */
	DUE_INSTANCE,  /* SENTINEL MASTER */
	DUE_MASTER,    /* SENTINEL GET-MASTER-ADDR-BY-NAME */
	DUE_CONFIRM,   /* one confirmation of a subscription */
	DUE_CONFIRMS,  /* .count confirmations, or one error */
	/* The list that EXEC answers, whose first line has .count; .inside
	 * replies of it follow in the queue.  These are more where a command
	 * is confirmed more than once. */
	DUE_EXEC,
	/* To leave all channels, patterns, shards: a confirmation for each. */
	DUE_UNSUBSCRIBE,
	DUE_PUNSUBSCRIBE,
	DUE_SUNSUBSCRIBE,
	DUE_MONITOR,
	DUE_RESET,
	DUE_REFUSED, /* an error, in the place of a command that is refused */
	DUE_PROBE,   /* of the plugin's own ROLE; the client must not see it */
	DUE_LOOKUP,  /* of its own CLUSTER NODES; likewise */
	/* Of its own CLIENT REPLY ON.  An error is the client's. */
	DUE_PERMIT,
	/* Of another one: what comes before it belongs to what was asked before
	 * it; and a RESET was among these. */
	DUE_FENCE,
	DUE_FENCED_RESET,
	DUE_KINDS
};

enum { DUE_MAX = 64, DUE_MULTI = 16 };

struct due_reply {
	uint8_t kind; /* enum due_kind */
	uint32_t count, inside;
};

/* A ring; equal neighbours are one entry with a count. */
struct due {
	uint16_t first, n;
	struct due_reply of[DUE_MAX];
};

/* The commands that wait between MULTI and EXEC. */
struct due_multi {
	uint8_t n;
	bool plain;             /* too many to remember */
	bool confirms;          /* some of them are confirmed */
	uint32_t total, inside; /* commands, and replies to them */
	struct due_reply of[DUE_MULTI];
};

/* Whether values that have come from another process are valid. */
bool due_is_sound(const struct due *o);
bool due_multi_is_sound(const struct due_multi *m);
/* The reply that comes next, or NULL. */
const struct due_reply *due_head(const struct due *o);
static inline bool due_leaves_all(enum due_kind kind)
{
	return kind >= DUE_UNSUBSCRIBE && kind <= DUE_SUNSUBSCRIBE;
}
/* Whether a reply of this kind is still to come. */
bool due_has(const struct due *o, enum due_kind kind);
/* Adds `count` replies of a kind.  False: there is no room. */
bool due_add(struct due *o, enum due_kind kind, uint64_t count);
/* Whether replies of this kind need no place of their own. */
bool due_merges(const struct due *o, enum due_kind kind);
/* `n` replies of the head have come. */
void due_take(struct due *o, uint64_t n);
/* The head has got an error, or something else in place of all its replies: it
 * is removed, with the replies inside if it is DUE_EXEC. */
void due_drop(struct due *o);
static inline bool due_is_full(const struct due *o)
{
	/* EXEC needs room for what was in the transaction. */
	return o->n + DUE_MULTI + 2 > DUE_MAX;
}
/* Whether a question of the plugin's own would leave no room for the command
 * behind it. */
static inline bool due_is_nearly_full(const struct due *o)
{
	return o->n + DUE_MULTI + 3 > DUE_MAX;
}

/* Whether an answer is to come that the client must not see. */
bool due_has_own(const struct due *o);
/* A command joins the transaction. */
void due_multi_add(struct due_multi *m, enum due_kind kind, uint64_t count);
/* EXEC: the transaction is answered by one reply.  False: there is no room, or
 * it is not known how many lines the reply has (.plain and .confirms). */
bool due_exec(struct due *o, const struct due_multi *m);

#endif
