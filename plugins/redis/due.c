/* SPDX-License-Identifier: BSD-2-Clause */
/* due.c - which command a reply belongs to.
 *
 * Redis answers in order, one reply for each command; replies that are of no
 * interest are only counted.  What EXEC answers is a list whose elements are
 * the replies to the commands since MULTI: they stand behind it in the
 * queue. */
#include "due.h"

static bool due_reply_is_sound(const struct due_reply *r)
{
	return r->kind > DUE_NONE && r->kind < DUE_KINDS;
}

bool due_is_sound(const struct due *o)
{
	if (o->first >= DUE_MAX || o->n > DUE_MAX)
		return false;
	for (unsigned i = 0; i < o->n; i++)
		if (!due_reply_is_sound(&o->of[(o->first + i) % DUE_MAX]))
			return false;
	return true;
}

bool due_multi_is_sound(const struct due_multi *m)
{
	const uint8_t *plain = (const uint8_t *)&m->plain;
	const uint8_t *confirms = (const uint8_t *)&m->confirms;

	if (m->n > DUE_MULTI || *plain > 1 || *confirms > 1)
		return false;
	for (unsigned i = 0; i < m->n; i++)
		if (!due_reply_is_sound(&m->of[i]))
			return false;
	return true;
}

const struct due_reply *due_head(const struct due *o)
{
	return o->n ? &o->of[o->first] : NULL;
}

bool due_has(const struct due *o, enum due_kind kind)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->of[(o->first + i) % DUE_MAX].kind == kind)
			return true;
	return false;
}

bool due_has_own(const struct due *o)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->of[(o->first + i) % DUE_MAX].kind >= DUE_REFUSED)
			return true;
	return false;
}

/* Whether an entry of this kind stands for `count` commands. */
static bool due_is_counted(enum due_kind kind)
{
	return kind != DUE_CONFIRMS && kind != DUE_EXEC;
}

bool due_merges(const struct due *o, enum due_kind kind)
{
	return o->n && due_is_counted(kind) &&
	       o->of[(o->first + o->n - 1) % DUE_MAX].kind == kind;
}

bool due_add(struct due *o, enum due_kind kind, uint64_t count)
{
	struct due_reply *tail =
		o->n ? &o->of[(o->first + o->n - 1) % DUE_MAX] : NULL;

	if (!count)
		return true;
	if (due_merges(o, kind) && tail->count + count <= UINT32_MAX) {
		tail->count += (uint32_t)count;
		return true;
	}
	if (o->n == DUE_MAX || count > UINT32_MAX)
		return false;
	o->of[(o->first + o->n++) % DUE_MAX] = (struct due_reply){
		.kind = (uint8_t)kind, .count = (uint32_t)count
	};
	return true;
}

static void due_pop(struct due *o)
{
	o->first = (uint16_t)((o->first + 1) % DUE_MAX);
	o->n--;
}

void due_take(struct due *o, uint64_t n)
{
	struct due_reply *head = o->n ? &o->of[o->first] : NULL;

	if (!head)
		return;
	if (head->count > n)
		head->count -= (uint32_t)n;
	else
		due_pop(o);
}

void due_drop(struct due *o)
{
	struct due_reply head;
	uint64_t inside;

	if (!o->n)
		return;
	head = o->of[o->first];
	if (due_is_counted(head.kind)) {
		due_take(o, 1);
		return;
	}
	due_pop(o);
	inside = head.kind == DUE_EXEC ? head.inside : 0;
	while (inside && o->n) {
		uint32_t here = o->of[o->first].count;

		due_take(o, inside);
		inside -= here < inside ? here : inside;
	}
}

void due_multi_add(struct due_multi *m, enum due_kind kind, uint64_t count)
{
	struct due_reply *tail = m->n ? &m->of[m->n - 1] : NULL;

	m->total += kind == DUE_CONFIRMS ? 1 : (uint32_t)count;
	m->inside += (uint32_t)count;
	m->confirms |= kind == DUE_CONFIRM || kind == DUE_CONFIRMS ||
		       due_leaves_all(kind);
	if (tail && tail->kind == kind && due_is_counted(kind))
		tail->count += (uint32_t)count;
	else if (m->n < DUE_MULTI)
		m->of[m->n++] = (struct due_reply){ .kind = (uint8_t)kind,
						    .count = (uint32_t)count };
	else
		m->plain = true;
}

bool due_exec(struct due *o, const struct due_multi *m)
{
	bool plain = m->plain || !m->n ||
		     (m->n == 1 && m->of[0].kind == DUE_PLAIN);

	if (m->plain && m->confirms)
		return false;
	if (plain)
		return due_add(o, DUE_PLAIN, 1);
	if (o->n + m->n + 1 > DUE_MAX)
		return false;
	if (!due_add(o, DUE_EXEC, m->total))
		return false;
	o->of[(o->first + o->n - 1) % DUE_MAX].inside = m->inside;
	for (unsigned i = 0; i < m->n; i++)
		if (!due_add(o, m->of[i].kind, m->of[i].count))
			return false;
	return true;
}
