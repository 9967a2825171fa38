/* SPDX-License-Identifier: BSD-2-Clause */
/* expected_handover.c - what plugins have announced, on its way to another
 * worker. */
#include "gateway/gsession_handover.h"

#include "gateway/expected.h"
#include "gateway/limits.h"
#include "net/sock.h"
#include "expect/expect_handover.h"
#include "plugin/host_handover.h"

#include <stdlib.h>

static void found_handover(struct handover *c, struct point *p)
{
	carry(c, &p->looked);
	handover_count(c, &p->nfound, EXPECT_TARGETS_MAX);
	if (!c->leaving && p->nfound) {
		p->found = calloc(p->nfound, sizeof *p->found);
		c->bad |= !p->found;
	}
	for (size_t i = 0; p->found && i < p->nfound; i++) {
		handover_addr(c, &p->found[i].at);
		handover_str(c, p->found[i].name, sizeof p->found[i].name);
	}
}

struct search {
	uint32_t serial;
	struct gchan *found;
};

static void look(struct chan *ch, void *arg)
{
	struct search *s = arg;
	struct gchan *gc = chan_end(ch);

	if (gc && gc->serial == s->serial)
		s->found = gc;
}

static void parent_handover(struct handover *c, struct point *p)
{
	struct search s = { .serial = p->parent ? p->parent->serial : 0 };

	carry(c, &s.serial);
	if (c->leaving || !s.serial)
		return;
	session_each(p->gs->session, look, &s);
	p->parent = s.found;
}

static void point_handover(struct handover *c, struct point *p)
{
	parent_handover(c, p);
	handover_str(c, p->resource, sizeof p->resource);
	adit_addr_handover(c, &p->server);
	adit_addr_handover(c, &p->from);
	carry(c, &p->client_id);
	carry(c, &p->service);
	carry(c, &p->asked);
	handover_fd(c, &p->fd);
	found_handover(c, p);
}

static bool is_sound(const struct point *p, const struct expectation *e)
{
	return p->looked <= e->ntargets &&
	       (p->fd < 0 || (tcp_is(p->fd, true) && e->flags & ADIT_REVERSE &&
			      e->state == EXPECT_LISTENING));
}

static void point_arrives(struct handover *c, struct gsession *gs)
{
	uint64_t now = shard_now(gs->shard) / 1000;
	struct expectation *e = expect_handover(c, &gs->expects, NULL);
	struct point *p = e ? point_make(gs, e) : NULL;

	if (!p) {
		c->bad = true;
		return;
	}
	point_handover(c, p);
	e->deadline = MIN(e->deadline, now + EXPECT_LIFETIME_MAX);
	c->bad |= !is_sound(p, e);
	if (p->fd >= 0) {
		(void)limits_more(gs->session, true);
		reverse_arrived(p);
	}
}

void points_handover(struct handover *c, struct gsession *gs)
{
	struct expect_table *t = &gs->expects;
	size_t n = t->count;
	struct list *l, *next;

	handover_count(c, &n, EXPECT_PER_TABLE);
	while (!c->leaving && n-- && !c->bad)
		point_arrives(c, gs);
	list_each (l, next, &t->all) {
		struct expectation *e = list_entry(l, struct expectation, node);

		if (!c->leaving)
			break;
		expect_handover(c, t, e);
		point_handover(c, e->owner);
	}
	doors_handover(c, gs);
}

/* Those whose names are not all known yet ask for them again. */
static void point_goes_on(struct expectation *e)
{
	struct point *p = e->owner;

	if (p->fd >= 0) {
		if (e->armed)
			reverse_arm(p);
	} else if (e->state == EXPECT_WAITING && !p->asked && !p->door) {
		expected_found(p, e);
	}
}

void points_go_on(struct gsession *gs)
{
	struct list *l, *next;

	list_each (l, next, &gs->expects.all)
		point_goes_on(list_entry(l, struct expectation, node));
}
