/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.c - what became of the connections that a plugin has announced: those
 * that have ended (expect/expect_outcome.h), and those that still live. */
#include "gateway/expected.h"

/* Whether one is on its way to the agent. */
static bool outcome_is_due(const struct inspection *ins,
			   struct expect_outcome *o)
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
	const struct expect_outcome *past;
	struct expect_outcome o = { .expectation = id };
	bool due;

	/* The server's word may have been read before its connection. */
	expected_look(ins->gc->gs, id);
	past = expect_outcome_find(&ins->outcomes, id);
	if (past)
		o = *past;
	due = outcome_is_due(ins, &o);
	return expect_outcome_result(&o, due);
}

/* Not at once: whoever comes here may be in the middle of something. */
void outcome_changed(struct inspection *ins)
{
	if (!ins)
		return;
	inspect_wake(ins->ch);
	task_defer(&ins->gc->gs->shard->loop, &ins->task);
}
