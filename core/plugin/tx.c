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

void callback_begin(struct adit_channel *ch, enum callback cb)
{
	ch->cb = cb;
	watch_enter(ch->plugin->def.name, names[cb]);
}

void callback_end(struct adit_channel *ch)
{
	watch_leave();
	ch->cb = CB_NONE;
}

void tx_begin(struct adit_channel *ch, enum callback cb)
{
	callback_begin(ch, cb);
	ch->why[0] = 0;
	if (ch->saved)
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
	memset(tx, 0, sizeof(*tx));
}

void tx_fini(struct adit_channel *ch)
{
	tx_clear(ch);
	free(ch->saved);
}

void tx_rollback(struct adit_channel *ch)
{
	if (ch->saved)
		memcpy(ch->state, ch->saved, ch->plugin->def.state_size);
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
