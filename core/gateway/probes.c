/* SPDX-License-Identifier: BSD-2-Clause */
/* probes.c - connections that end before anything speaks as an agent does. */
#include "gateway/probes.h"

#include "base/log.h"

#include <stdio.h>

enum { MINUTES = (int)PROBES_S / 60 };

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	struct probes *p = w->data;
	char at[ADDR_TEXT];

	(void)events;
	if (!p->count) {
		ev_timer_stop(loop, w);
		return;
	}
	log_msg(LOG_INFO, NULL, "%u more connections in %d minutes were none of "
		"an agent, the last from %s: %s", p->count, MINUTES,
		addr_str(&p->source, at), p->why);
	p->count = 0;
}

void probes_init(struct probes *p, struct ev_loop *loop)
{
	*p = (struct probes){ .loop = loop };
	ev_timer_init(&p->timer, on_timer, PROBES_S, PROBES_S);
	p->timer.data = p;
}

void probes_fini(struct probes *p)
{
	ev_timer_stop(p->loop, &p->timer);
}

void probes_note(struct probes *p, const struct addr *source, const char *why)
{
	char at[ADDR_TEXT];

	p->total++;
	if (ev_is_active(&p->timer)) {
		p->count++;
		p->source = *source;
		snprintf(p->why, sizeof p->why, "%s", why);
		return;
	}
	log_msg(LOG_INFO, NULL, "the connection from %s is none of an agent: %s; "
		"more of them are counted for %d minutes",
		addr_str(source, at), why, MINUTES);
	ev_timer_again(p->loop, &p->timer);
}
