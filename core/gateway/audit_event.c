/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_event.c - audit lines that plugins write, with the bytes of the
 * connection that they are about. */
#include "gateway/inspection.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `serial` is the control channel's; `bytes` may be empty. */
static void write_line(const struct gchan *gc, uint32_t serial,
		       const char *bytes, const char *text)
{
	const struct gw_resource *r = gc->resource;

	log_audit("evt=plugin session=%llu channel=%u user=%s resource=%s "
		  "plugin=%s%s%s",
		  (unsigned long long)gc->gs->id, serial, gc->gs->user,
		  r ? r->name : "-", r && r->plugin_name ? r->plugin_name : "-",
		  bytes, text);
}

static void write_outcome(const struct gchan *gc, uint32_t serial,
			  const struct expect_outcome *o, const char *text)
{
	char bytes[80];

	snprintf(bytes, sizeof bytes, " to_server=%llu to_client=%llu",
		 (unsigned long long)o->to_server,
		 (unsigned long long)o->to_client);
	write_line(gc, serial, bytes, text);
}

static struct gchan *find_below(const struct inspection *ins, uint32_t id)
{
	struct list *n, *t;

	list_each (n, t, &ins->below) {
		struct gchan *gc = list_entry(n, struct gchan, beside);

		if (gc->expectation == id)
			return gc;
	}
	return NULL;
}

void audit_event(struct gchan *gc, uint32_t id, const char *text)
{
	const struct inspection *ins = gc->inspection;
	struct gchan *about = id && ins ? find_below(ins, id) : NULL;
	const struct expect_outcome *o =
		id && ins ? expect_outcome_find(&ins->outcomes, id) : NULL;

	if (about && !about->event && (about->event = strdup(text)))
		return;
	if (o)
		write_outcome(gc, gc->serial, o, text);
	else
		write_line(gc, gc->serial, "", text);
}

/* An end of one of its own two ends is the business of these. */
static bool is_lost(const struct gchan *gc, unsigned reason)
{
	return gc->reverse && (gc->due || (reason != REASON_NONE &&
					   reason != REASON_PEER_RESET));
}

void audit_event_due(struct gchan *gc, unsigned reason)
{
	struct chan_info i = chan_info(gc->relay.chan);
	struct expect_outcome o = {
		.to_server = i.received,
		.to_client = i.sent,
		.reached = !gc->due,
		.lost = is_lost(gc, reason),
	};

	if (gc->above) {
		expect_outcome_add(expect_outcome_of(&gc->above->outcomes,
						     gc->expectation),
				   &o);
		outcome_changed(gc->above);
	}
	if (gc->event)
		write_outcome(gc, gc->parent, &o, gc->event);
	free(gc->event);
	gc->event = NULL;
}
