/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.c - what became of the connections that a plugin has announced. */
#include "gateway/expected.h"

const struct outcome *outcome_find(const struct inspection *ins, uint32_t id)
{
	for (unsigned i = 0; i < ARRAY_LEN(ins->past); i++)
		if (ins->past[i].expectation == id)
			return &ins->past[i];
	return NULL;
}

struct outcome *outcome_of(struct inspection *ins, uint32_t id)
{
	struct outcome *o;

	for (unsigned i = 0; i < ARRAY_LEN(ins->past); i++)
		if (ins->past[i].expectation == id)
			return &ins->past[i];
	o = &ins->past[ins->npast++ % ARRAY_LEN(ins->past)];
	*o = (struct outcome){ .expectation = id };
	return o;
}

/* Those that still live count, too. */
static bool is_due(const struct inspection *ins, struct outcome *o)
{
	struct list *n, *t;
	bool due = false;

	list_each (n, t, &ins->below) {
		struct gchan *gc = list_entry(n, struct gchan, beside);

		if (gc->expectation != o->expectation)
			continue;
		due |= gc->due;
		o->reached |= !gc->due;
	}
	return due;
}

enum adit_result outcome_ask(struct inspection *ins, uint32_t id)
{
	const struct outcome *past;
	struct outcome o = { .expectation = id };

	/* The server's word may have been read before its connection. */
	reverse_look(ins->gc->gs, id);
	past = outcome_find(ins, id);
	if (past)
		o = *past;
	if (is_due(ins, &o))
		return ADIT_WAIT;
	if (o.lost)
		return ADIT_FAILED;
	return o.strange && !o.reached ? ADIT_DENIED : ADIT_OK;
}

/* Not at once: whoever comes here may be in the middle of something. */
void outcome_changed(struct inspection *ins)
{
	if (!ins)
		return;
	inspect_wake(ins->ch);
	task_defer(&ins->gc->gs->shard->loop, &ins->task);
}
