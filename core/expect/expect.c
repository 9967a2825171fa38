/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.c - the expectations of one session. */
#include "expect/expect.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

void expect_init(struct expect_table *t, const struct expect_ops *ops,
		 void *ctx)
{
	memset(t, 0, sizeof(*t));
	list_init(&t->all);
	t->ops = ops;
	t->ctx = ctx;
}

static void expect_drop(struct expect_table *t, struct expectation *e)
{
	map_del(&t->by_id, e->id);
	list_remove(&e->node);
	t->count--;
	free(e);
}

void expect_fini(struct expect_table *t)
{
	struct list *l, *next;

	list_each (l, next, &t->all)
		expect_drop(t, list_entry(l, struct expectation, node));
	map_fini(&t->by_id);
}

/* Off the list first, so that the owner may look at the table. */
static void end(struct expect_table *t, struct expectation *e,
		enum expect_end why)
{
	list_remove(&e->node);
	map_del(&t->by_id, e->id);
	t->count--;
	t->ops->ended(t->ctx, e, why);
	free(e);
}

static unsigned count_of(const struct expect_table *t, uint32_t channel)
{
	const struct list *l;
	unsigned n = 0;

	for (l = t->all.next; l != &t->all; l = l->next)
		n += list_entry(l, struct expectation, node)->parent == channel;
	return n;
}

static bool expect_is_full(const struct expect_table *t, uint32_t channel)
{
	return t->count >= EXPECT_PER_TABLE ||
	       count_of(t, channel) >= EXPECT_PER_CHANNEL ||
	       t->last_id == UINT32_MAX;
}

int expect_new(struct expect_table *t, const struct adit_expect *want,
	       const struct expect_parent *from, struct expectation **out)
{
	size_t n = want->ntargets * sizeof(*want->targets);
	uint32_t life = want->lifetime_ms ? want->lifetime_ms :
					    EXPECT_LIFETIME_MS;
	uint64_t now = t->paused ? MIN(from->now, t->paused_at) : from->now;
	struct expectation *e;

	if (!want->ntargets || want->ntargets > EXPECT_TARGETS_MAX)
		return ERR_INVAL;
	if (expect_is_full(t, from->channel))
		return ERR_LIMIT;
	e = calloc(1, sizeof(*e) + n);
	if (!e)
		return ERR_NOMEM;
	e->id = t->last_id + 1;
	e->parent = from->channel;
	e->flags = want->flags;
	e->uses = want->uses ? MIN(want->uses, EXPECT_USES_MAX) : 1;
	e->tag = want->tag;
	e->deadline = now + MIN(life, EXPECT_LIFETIME_MAX);
	e->armed = !(want->flags & ADIT_UNARMED);
	e->dialled = *from->dialled;
	e->ntargets = want->ntargets;
	memcpy(e->target, want->targets, n);
	if (map_put(&t->by_id, e->id, e)) {
		free(e);
		return ERR_NOMEM;
	}
	t->last_id++;
	t->count++;
	list_append(&t->all, &e->node);
	*out = e;
	return 0;
}

struct expectation *expect_get(const struct expect_table *t, uint32_t id)
{
	return map_get(&t->by_id, id);
}

void expect_answered(struct expectation *e, const struct adit_addr *shown)
{
	e->state = EXPECT_LISTENING;
	e->shown = *shown;
}

static void end_id(struct expect_table *t, uint32_t id, enum expect_end why)
{
	struct expectation *e = expect_get(t, id);

	if (e)
		end(t, e, why);
}

void expect_failed(struct expect_table *t, uint32_t id)
{
	end_id(t, id, EXPECT_FAILED);
}

void expect_cancel(struct expect_table *t, uint32_t id)
{
	end_id(t, id, EXPECT_CANCELLED);
}

bool expect_arm(struct expect_table *t, uint32_t id)
{
	struct expectation *e = expect_get(t, id);

	if (!e || e->armed)
		return false;
	return e->armed = true;
}

int expect_take(struct expect_table *t, uint32_t id)
{
	struct expectation *e = expect_get(t, id);

	if (!e)
		return ERR_NOTFOUND;
	if (!e->armed)
		return ERR_AGAIN;
	if (--e->uses == 0)
		end(t, e, EXPECT_USED);
	return 0;
}

static bool means(const struct expectation *e, const struct adit_addr *to)
{
	if (e->flags & ADIT_REVERSE)
		return false;
	for (size_t i = 0; i < e->ntargets; i++)
		if (e->target[i].port == to->port &&
		    (adit_addr_same_host(&e->target[i], to) ||
		     adit_addr_same_host(&e->dialled, to)))
			return true;
	return false;
}

struct expectation *expect_match(const struct expect_table *t,
				 const struct adit_addr *to)
{
	const struct list *l;

	for (l = t->all.prev; l != &t->all; l = l->prev) {
		struct expectation *e = list_entry(l, struct expectation, node);

		if (means(e, to))
			return e;
	}
	return NULL;
}

void expect_parent_gone(struct expect_table *t, uint32_t channel)
{
	struct list *l, *next;

	list_each (l, next, &t->all) {
		struct expectation *e = list_entry(l, struct expectation, node);

		if (e->parent != channel)
			continue;
		/* Nobody is left who could be told the answer. */
		if (e->flags & ADIT_OUTLIVES && e->state == EXPECT_LISTENING &&
		    e->armed)
			e->orphan = true;
		else
			end(t, e, EXPECT_ORPHANED);
	}
}

uint64_t expect_deadline(const struct expect_table *t)
{
	uint64_t first = UINT64_MAX;
	const struct list *l;

	if (t->paused)
		return first;
	for (l = t->all.next; l != &t->all; l = l->next)
		first = MIN(first,
			    list_entry(l, struct expectation, node)->deadline);
	return first;
}

void expect_expire(struct expect_table *t, uint64_t now)
{
	struct list *l, *next;

	if (t->paused)
		return;
	list_each (l, next, &t->all) {
		struct expectation *e = list_entry(l, struct expectation, node);

		if (e->deadline <= now)
			end(t, e, EXPECT_EXPIRED);
	}
}

void expect_pause(struct expect_table *t, uint64_t now)
{
	if (!t->paused)
		t->paused_at = now;
	t->paused = true;
}

void expect_resume(struct expect_table *t, uint64_t now)
{
	struct list *l;

	if (!t->paused)
		return;
	t->paused = false;
	for (l = t->all.next; l != &t->all; l = l->next)
		list_entry(l, struct expectation, node)->deadline +=
			now - t->paused_at;
}

/* ---- spare ports ----------------------------------------------------------- */

int spare_add(struct spares *s, const struct adit_addr *at)
{
	if (s->count == SPARES_MAX)
		return ERR_LIMIT;
	s->at[s->count++] = *at;
	return 0;
}

bool spare_take(struct spares *s, uint16_t prefer, struct adit_addr *at)
{
	unsigned i = 0;

	if (!s->count)
		return false;
	while (i < s->count && s->at[i].port != prefer)
		i++;
	if (i == s->count)
		i = 0;
	*at = s->at[i];
	s->count--;
	memmove(&s->at[i], &s->at[i + 1], (s->count - i) * sizeof(s->at[0]));
	return true;
}
