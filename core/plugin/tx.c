/* SPDX-License-Identifier: BSD-2-Clause */
/* tx.c - the calls of a callback, which are noted and done only when its
 * verdict is final. */
#include "plugin/inside.h"
#include "plugin/watch.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	[CB_FRAME] = "frame", [CB_OPEN] = "open",   [CB_MESSAGE] = "message",
	[CB_EOF] = "eof",     [CB_TIMER] = "timer", [CB_CLOSE] = "close",
};

/* ---- the state ----------------------------------------------------------- */

enum { UNDO_SPARE = 256 }; /* by which a log may be longer than the state */

/* Stands behind the n bytes that were kept of the state, so that the log is
 * read from its end. */
struct undo {
	uint32_t at, n;
};

static struct undo undo_last(const struct buf *log, size_t end)
{
	struct undo u;

	memcpy(&u, buf_ptr(log) + end - sizeof(u), sizeof(u));
	return u;
}

/* Puts back what adit_save has kept, the last of it first. */
static void undo_all(const struct adit_channel *ch, uint8_t *state)
{
	size_t end = buf_len(&ch->undo);

	while (end) {
		struct undo u = undo_last(&ch->undo, end);

		end -= sizeof(u) + u.n;
		memcpy(state + u.at, buf_ptr(&ch->undo) + end, u.n);
	}
}

/* The log has become longer than the state, since a callback saves the same
 * bytes in turns: one entry for all of the state takes its place, which holds
 * whatever is saved from then on. */
static void undo_merge(struct adit_channel *ch)
{
	struct undo all = { 0, (uint32_t)ch->plugin->def.state_size };
	uint8_t *then = malloc(all.n);
	int ret;

	if (!then) {
		tx_broken(ch, "ran out of memory");
		return;
	}
	memcpy(then, ch->state, all.n);
	undo_all(ch, then);
	buf_take(&ch->undo, buf_len(&ch->undo));
	ret = buf_append(&ch->undo, then, all.n);
	if (!ret)
		ret = buf_append(&ch->undo, &all, sizeof(all));
	free(then);
	if (ret)
		tx_broken(ch, "ran out of memory");
}

void tx_save(struct adit_channel *ch, size_t at, size_t n)
{
	struct undo u = { (uint32_t)at, (uint32_t)n }, last = { 0 };
	size_t size = ch->plugin->def.state_size;
	struct buf *log = &ch->undo;

	if (buf_len(log))
		last = undo_last(log, buf_len(log));
	if (at >= last.at && at + n <= last.at + last.n)
		return;
	if (buf_append(log, (const char *)ch->state + at, n) ||
	    buf_append(log, &u, sizeof(u)))
		tx_broken(ch, "ran out of memory");
	else if (buf_len(log) > size + UNDO_SPARE)
		undo_merge(ch);
}

static void state_restore(struct adit_channel *ch)
{
	if (ch->saved)
		memcpy(ch->state, ch->saved, ch->plugin->def.state_size);
	else
		undo_all(ch, (uint8_t *)ch->state);
}

/* With `exact` there is a copy in any case: has adit_save been called for all
 * that was changed? */
static void state_check(struct adit_channel *ch)
{
	size_t n = ch->plugin->def.state_size;
	uint8_t *then;

	if (!(ch->plugin->def.flags & ADIT_STATE_SAVED) || !ch->saved ||
	    ch->cb <= CB_FRAME || ch->cb == CB_CLOSE || !(then = malloc(n)))
		return;
	memcpy(then, ch->state, n);
	undo_all(ch, then);
	if (memcmp(then, ch->saved, n))
		tx_broken(ch, "changed its state without adit_save");
	free(then);
}

/* ---- a callback ---------------------------------------------------------- */

void callback_begin(struct adit_channel *ch, enum callback cb)
{
	ch->cb = cb;
	watch_enter(ch->plugin->def.name, names[cb]);
}

void callback_end(struct adit_channel *ch)
{
	watch_leave();
	state_check(ch);
	ch->cb = CB_NONE;
}

void tx_begin(struct adit_channel *ch, enum callback cb)
{
	callback_begin(ch, cb);
	ch->why[0] = 0;
	/* At the end nothing is put back. */
	if (ch->saved && cb != CB_CLOSE)
		memcpy(ch->saved, ch->state, ch->plugin->def.state_size);
}

static void tx_clear(struct adit_channel *ch)
{
	struct tx *tx = &ch->tx;

	for (unsigned i = 0; i < tx->nops; i++)
		free(tx->op[i].text);
	free(tx->op);
	buf_fini(&tx->inject[0]);
	buf_fini(&tx->inject[1]);
	buf_fini(&tx->rewrite);
	buf_take(&ch->undo, buf_len(&ch->undo));
	memset(tx, 0, sizeof(*tx));
}

void tx_fini(struct adit_channel *ch)
{
	tx_clear(ch);
	buf_fini(&ch->undo);
	free(ch->saved);
}

void tx_rollback(struct adit_channel *ch)
{
	state_restore(ch);
	tx_clear(ch);
}

void side_wake(struct side *s)
{
	if (s->held || s->eof_held)
		s->again = true;
}

static void do_op(struct adit_channel *ch, const struct op *op)
{
	switch (op->kind) {
	case OP_CANCEL:
		ch->ops->withdraw(ch->ctx, op->which);
		break;
	case OP_ARM:
		ch->ops->arm(ch->ctx, op->which);
		break;
	case OP_IGNORE:
		side_blind(ch, op->which);
		break;
	case OP_WAKE:
		side_wake(&ch->side[op->which]);
		break;
	case OP_COUNT:
		__atomic_fetch_add(&ch->plugin->total[op->which], op->add,
				   __ATOMIC_RELAXED);
		break;
	case OP_TIMER:
		ch->timer = op->which ? inspect_now(ch) + op->which :
					INSPECT_NEVER;
		break;
	case OP_AUDIT:
		ch->ops->audit(ch->ctx, op->text,
			       op->text + strlen(op->text) + 1);
		break;
	case OP_EVENT:
		ch->ops->event(ch->ctx, op->which, op->text);
		break;
	}
}

static void inject(struct adit_channel *ch, enum adit_dir d)
{
	struct buf *b = &ch->tx.inject[d];
	struct side *s = &ch->side[d];

	if (!buf_len(b))
		return;
	if (s->skip) {
		if (buf_append(&s->late, buf_ptr(b), buf_len(b)))
			inspect_fail(ch, "out of memory");
		return;
	}
	side_emit(ch, d, buf_ptr(b), buf_len(b));
	s->injected = s->out_end;
}

void tx_inject(struct adit_channel *ch)
{
	inject(ch, ADIT_TO_SERVER);
	inject(ch, ADIT_TO_CLIENT);
}

void tx_commit(struct adit_channel *ch)
{
	for (unsigned i = 0; i < ch->tx.nops; i++)
		do_op(ch, &ch->tx.op[i]);
	tx_clear(ch);
}

bool tx_broken(struct adit_channel *ch, const char *rule)
{
	if (ch->cb > CB_FRAME && !ch->tx.broken)
		ch->tx.broken = rule;
	return false;
}

struct op *tx_note(struct adit_channel *ch, enum op_kind kind, uint32_t which)
{
	struct tx *tx = &ch->tx;

	/* A call between callbacks, from a framing function, or from a callback
	 * of another channel could not be undone, so it is not done. */
	if (ch->cb <= CB_FRAME) {
		ch->ops->log(ch->ctx, ADIT_WARN,
			     "the plugin called an adit_* function outside of "
			     "this channel's callbacks; it was ignored");
		return NULL;
	}
	if (tx->nops == TX_OPS) {
		tx_broken(ch, "made too many calls in one callback");
		return NULL;
	}
	if (!tx->op)
		tx->op = calloc(TX_OPS, sizeof(*tx->op));
	if (!tx->op) {
		tx_broken(ch, "ran out of memory");
		return NULL;
	}
	tx->op[tx->nops] = (struct op){ .kind = kind, .which = which };
	return &tx->op[tx->nops++];
}
