/* SPDX-License-Identifier: BSD-2-Clause */
/* expect_shared.c - expectations that belong to the session (ADIT_SHARED):
 * whoever asks for the same is told the same address.
 *
 * Clients of a cluster close the connection on which they have heard of the
 * other nodes within milliseconds, and ask again on the next one.  So such an
 * expectation has no channel that it ends with; `parent` is the one that has
 * asked last, as long as that is there. */
#include "expect/expect_inside.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

/* ---- who asks for the same ----------------------------------------------- */

static bool is_same(const struct expectation *e, const struct expect_asker *by,
		    const struct expect_about *about,
		    const struct adit_expect *want)
{
	return e->flags == want->flags && e->tag == want->tag &&
	       e->real == by->real && e->service == about->service &&
	       (e->flags & ADIT_KEEP_PORT ||
		!strcmp(e->from.host, by->shown.host)) &&
	       !strcmp(e->resource, about->resource) &&
	       expect_targets_are(e, want->targets, want->ntargets);
}

struct expectation *expect_shared_find(const struct expect_asker *by,
				       const struct expect_about *about,
				       const struct adit_expect *want)
{
	struct list *n, *t;

	list_each (n, t, &by->table->all) {
		struct expectation *e = list_entry(n, struct expectation, node);

		if (is_same(e, by, about, want))
			return e;
	}
	return NULL;
}

static void expect_shared_adopt(struct expectation *e, struct expect_asker *by)
{
	list_remove(&e->sibling);
	expect_adopted(e, by->parent);
	e->channel = by->channel;
}

/* Whoever asks again may tell so many that they can connect.  One that is good
 * for any number stays so; an older agent counts, and takes no more. */
static void expect_shared_extend(struct expectation *e, uint32_t uses)
{
	if (!e->uses || (e->listener && e->listener->uses))
		return;
	e->uses = uses ? MAX(e->uses, uses) : 0;
}

/* What its channels hear is what was said last. */
int expect_shared_join(struct expectation *e, struct expect_asker *by,
		       const struct adit_expect *want)
{
	struct buf given = { 0 };

	if (buf_append(&given, want->data, want->ndata))
		return ERR_NOMEM;
	buf_fini(&e->given);
	e->given = given;
	expect_shared_adopt(e, by);
	expect_shared_extend(e, want->uses);
	e->lifetime_ms = want->lifetime_ms;
	e->used_at = expect_now(e->table);
	e->deadline = MAX(e->deadline, e->used_at + want->lifetime_ms);
	return 0;
}

struct expect_asker *expect_shared_asker(struct expectation *e)
{
	struct expect_asker *by = e->parent ? e->parent->asker : NULL;

	if (by)
		return by;
	by = e->table->ops->waits(e->table, e->id);
	if (by)
		expect_shared_adopt(e, by);
	return by;
}

/* ---- what they are told -------------------------------------------------- */

int expect_shared_show(struct expectation *e, struct adit_addr *show)
{
	if (e->state == EXPECT_WAITING)
		return ERR_AGAIN;
	/* There may be another configuration since it was made. */
	if (!expect_target_may(e))
		return ERR_DENIED;
	expect_target_refresh(e);
	*show = e->shown;
	return 0;
}

void expect_shared_tell(struct expect_table *t, const struct expect_news *n)
{
	struct expect_asker *by;

	/* Each answer leaves one less who waits. */
	while ((by = t->ops->waits(t, n->id))) {
		snprintf(by->why, sizeof by->why, "%s", n->why);
		(void)t->ops->answer(by, n->id, n->result, n->show);
	}
}

/* ---- what the agent is asked --------------------------------------------- */

bool expect_shared_may_be_own(const struct expectation *e)
{
	return !e->asked_own && e->table->agent_shares && e->ntargets == 1 &&
	       e->flags & ADIT_INSPECT && !(e->flags & ADIT_KEEP_PORT);
}

void expect_shared_frame(const struct expectation *e, struct expect *x)
{
	x->kind = e->table->agent_shares ? EXPECT_SHARED : EXPECT_ANY;
	if (x->kind == EXPECT_ANY)
		return;
	if (e->flags & ADIT_KEEP_PORT)
		x->port = e->target[0].port;
	x->ntargets = 1;
	e->table->ops->key(e, x->targets[0].host);
}

int expect_shared_shown(struct adit_addr *shown, const struct expected *x)
{
	if (!x->text[0])
		return 0;
	return adit_addr_parse(shown, x->text, x->port) || !shown->family ?
		       ERR_PROTO :
		       0;
}

/* ---- how long it lives --------------------------------------------------- */

void expect_shared_prolong(struct expectation *e, uint64_t now)
{
	if (e->table->ops->is_wanted(e))
		e->deadline = MAX(e->deadline, now + e->lifetime_ms);
}

bool expect_shared_make_room(struct expect_table *table)
{
	uint64_t now = expect_now(table);
	struct expectation *oldest = NULL;
	struct list *n, *t;

	list_each (n, t, &table->all) {
		struct expectation *e = list_entry(n, struct expectation, node);

		if (!(e->flags & ADIT_SHARED) || !e->listener ||
		    e->state == EXPECT_WAITING ||
		    now - e->used_at < MIN(e->lifetime_ms, EXPECT_LIFETIME_MAX))
			continue;
		if (!oldest || e->used_at < oldest->used_at)
			oldest = e;
	}
	if (oldest)
		expect_failed(table, oldest->id);
	return oldest;
}
