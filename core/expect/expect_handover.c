/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_handover.c - expectations on their way to another process. */
#include "expect/expect_handover.h"

#include "plugin/host_handover.h"

#include <stdlib.h>

void expect_table_handover(struct handover *c, struct expect_table *t)
{
	carry(c, &t->last_id);
	carry(c, &t->paused);
	carry(c, &t->paused_at);
}

static void body_handover(struct handover *c, struct expectation *e)
{
	uint8_t state = (uint8_t)e->state;

	carry(c, &e->id);
	carry(c, &e->parent);
	carry(c, &e->flags);
	carry(c, &e->uses);
	carry(c, &e->tag);
	carry(c, &e->deadline);
	carry(c, &state);
	e->state = state;
	carry(c, &e->armed);
	carry(c, &e->orphan);
	adit_addr_handover(c, &e->dialled);
	adit_addr_handover(c, &e->shown);
	for (size_t i = 0; i < e->ntargets; i++)
		adit_addr_handover(c, &e->target[i]);
}

static bool is_sound(const struct expectation *e, const struct expect_table *t)
{
	return e->id && e->id <= t->last_id && !expect_get(t, e->id) &&
	       e->ntargets && !(e->flags & ~EXPECT_FLAGS) && e->uses &&
	       e->uses <= EXPECT_USES_MAX && e->state <= EXPECT_LISTENING;
}

struct expectation *expect_handover(struct handover *c, struct expect_table *t,
				    struct expectation *leaving)
{
	struct expectation *e = leaving;
	size_t n = e ? e->ntargets : 0;

	handover_count(c, &n, EXPECT_TARGETS_MAX);
	if (!c->leaving)
		e = calloc(1, sizeof *e + n * sizeof *e->target);
	if (!e) {
		c->bad = true;
		return NULL;
	}
	e->ntargets = n;
	body_handover(c, e);
	if (c->leaving)
		return e;
	list_init(&e->node);
	if (c->bad || !is_sound(e, t) || map_put(&t->by_id, e->id, e)) {
		c->bad = true;
		free(e);
		return NULL;
	}
	list_append(&t->all, &e->node);
	t->count++;
	return e;
}
