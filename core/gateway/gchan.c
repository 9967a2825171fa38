/* SPDX-License-Identifier: BSD-2-Clause */
/* gchan.c - a channel as the gateway has it. */
#include "gateway/gchan.h"

#include "gateway/inspection.h"

#include <stdlib.h>

struct gchan *gchan_new(struct gsession *gs, const struct addr *source)
{
	struct gchan *gc = calloc(1, sizeof *gc);

	if (!gc)
		return NULL;
	relay_init(&gc->relay);
	list_init(&gc->dialing);
	list_init(&gc->beside);
	expect_parent_init(&gc->announces);
	gc->gs = gs;
	gc->calls = gs->calls;
	sock_keep_alive(&gc->relay.sock, gs->gateway->tcp_keep_alive / 1000);
	gc->serial = ++gs->last_serial;
	gc->source = *source;
	return gc;
}

void gchan_link(struct gchan *gc, struct inspection *above)
{
	list_remove(&gc->beside);
	gc->above = above;
	if (above)
		list_append(&above->below, &gc->beside);
}

/* Whether it is a connection for itself: what the session shares leads from one
 * to the next, in as long a chain as there are connections. */
static bool gchan_is_apart(const struct gchan *gc)
{
	const struct expectation *e = expect_get(&gc->gs->expects,
						 gc->expectation);

	return e && e->flags & ADIT_SHARED;
}

uint64_t gchan_active_us(const struct gchan *gc)
{
	uint64_t last = chan_info(gc->relay.chan).active_us;
	const struct inspection *ins = gc->inspection;
	struct list *n, *t;

	if (!ins)
		return last;
	list_each (n, t, &ins->below) {
		const struct gchan *below = list_entry(n, struct gchan, beside);

		if (!gchan_is_apart(below))
			last = MAX(last, gchan_active_us(below));
	}
	return last;
}
