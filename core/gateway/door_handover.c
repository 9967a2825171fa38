/* SPDX-License-Identifier: BSD-2-Clause */
/* door_handover.c - listening points at the agent on their way to another worker. */
#include "gateway/gsession_handover.h"

#include "gateway/door.h"
#include "plugin/host_handover.h"

static void body_handover(struct handover *c, struct door *d)
{
	carry(c, &d->id);
	carry(c, &d->opener);
	carry(c, &d->uses);
	carry(c, &d->left);
	carry(c, &d->asked);
	carry(c, &d->ready);
	adit_addr_handover(c, &d->show);
	c->bad |= d->uses > DOOR_USES || d->left > d->uses;
}

static void users_leave(struct handover *c, struct door *d)
{
	struct list *n, *t;
	size_t count = 0;

	list_each (n, t, &d->users)
		count++;
	handover_count(c, &count, DOOR_USES);
	list_each (n, t, &d->users)
		carry(c, &list_entry(n, struct point, user)->id);
}

static void user_arrives(struct handover *c, struct gsession *gs,
			 struct door *d)
{
	struct expectation *e;
	struct point *p;
	uint32_t id = 0;

	carry(c, &id);
	e = expect_get(&gs->expects, id);
	p = e ? e->owner : NULL;
	if (p && !p->door)
		door_use(d, p);
	else
		c->bad = true;
}

static void door_arrives(struct handover *c, struct gsession *gs)
{
	struct door *d = door_make(gs);
	size_t n = 0;

	if (!d) {
		c->bad = true;
		return;
	}
	body_handover(c, d);
	handover_count(c, &n, DOOR_USES);
	c->bad |= !n;
	while (n-- && !c->bad)
		user_arrives(c, gs, d);
	/* It ends with its users. */
	if (list_is_empty(&d->users))
		door_drop(gs, d);
}

void doors_handover(struct handover *c, struct gsession *gs)
{
	size_t n = gs->ndoors;
	struct list *l, *t;

	handover_count(c, &n, DOORS_MAX);
	while (!c->leaving && n-- && !c->bad)
		door_arrives(c, gs);
	list_each (l, t, &gs->doors) {
		struct door *d = list_entry(l, struct door, node);

		if (!c->leaving)
			break;
		body_handover(c, d);
		users_leave(c, d);
	}
}
