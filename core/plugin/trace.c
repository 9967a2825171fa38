/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.c - reports what an inspected channel does, for recordings and
 * tests. */
#include "plugin/inside.h"

/* The end of the piece that begins at `at`: behind the next urgent byte, or the
 * end of the output. */
static uint64_t piece_end(const struct side *s, uint64_t at, bool *urgent)
{
	for (unsigned i = 0; i < s->out_urgent.n; i++) {
		*urgent = s->out_urgent.at[i] > at;
		if (*urgent)
			return s->out_urgent.at[i];
	}
	*urgent = false;
	return s->out_end;
}

static void trace_output(struct adit_channel *ch, enum adit_dir d)
{
	struct side *s = &ch->side[d];
	struct inspect_trace t = { .what = TRACE_OUTPUT, .dir = d };
	uint64_t end;
	bool urgent;

	/* Everything since the last call is still in the output. */
	for (; s->traced < s->out_end; s->traced = end) {
		end = piece_end(s, s->traced, &urgent);
		t.data = buf_ptr(&s->out) + buf_len(&s->out) -
			 (size_t)(s->out_end - s->traced);
		t.n = (size_t)(end - s->traced);
		t.urgent = urgent ? t.n : 0;
		trace(ch, &t);
	}
	if (!s->ended || s->traced_end)
		return;
	s->traced_end = true;
	t = (struct inspect_trace){ .what = TRACE_END, .dir = d };
	trace(ch, &t);
}

void trace_result(struct adit_channel *ch)
{
	struct inspect_trace t = { .what = TRACE_STATUS };

	trace_output(ch, ADIT_TO_SERVER);
	trace_output(ch, ADIT_TO_CLIENT);
	if (ch->traced == ch->status)
		return;
	ch->traced = ch->status;
	trace(ch, &t);
}

struct inspect_doing inspect_doing(struct adit_channel *ch)
{
	const struct tx *tx = &ch->tx;
	struct inspect_doing d = {
		.rewritten = tx->rewritten,
		.rewrite = buf_ptr(&tx->rewrite),
		.nrewrite = buf_len(&tx->rewrite),
		.skip = tx->skip,
		.broken = tx->broken,
		.rounds = ch->rounds,
	};

	for (unsigned i = 0; i < 2; i++) {
		d.inject[i] = buf_ptr(&tx->inject[i]);
		d.ninject[i] = buf_len(&tx->inject[i]);
	}
	for (unsigned i = 0; i < tx->nops; i++)
		if (tx->op[i].kind == OP_IGNORE)
			d.ignore[tx->op[i].which] = true;
	return d;
}
