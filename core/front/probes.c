/* SPDX-License-Identifier: BSD-2-Clause */
/* probes.c - connections that end before a login, in few lines of the log. */
#include "front/probes.h"

#include "base/log.h"

#include <stdio.h>

const struct probes_kind probes_none = {
	.one = "is no agent's",
	.many = "were no agent's",
	.period = "10 minutes",
	.seconds = 600,
	.lines = 1,
};

/* Each may be a user's who looks for the reason, so more of them are logged. */
const struct probes_kind probes_failed = {
	.one = "ended",
	.many = "ended before their login",
	.period = "1 minute",
	.seconds = 60,
	.lines = 20,
};

static void probes_on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	struct probes *p = w->data;
	char at[ADDR_TEXT];

	(void)events;
	if (!p->count) {
		ev_timer_stop(loop, w);
		return;
	}
	log_msg(LOG_INFO, NULL,
		"%u more connections in %s %s, the last from "
		"%s: %s",
		p->count, p->kind->period, p->kind->many,
		addr_str(&p->source, at), p->why);
	p->count = 0;
}

void probes_init(struct probes *p, const struct probes_kind *kind,
		 struct ev_loop *loop)
{
	*p = (struct probes){ .kind = kind, .loop = loop };
	ev_timer_init(&p->timer, probes_on_timer, kind->seconds, kind->seconds);
	p->timer.data = p;
}

void probes_fini(struct probes *p)
{
	ev_timer_stop(p->loop, &p->timer);
}

void probes_note(struct probes *p, const struct addr *source, const char *why)
{
	const struct probes_kind *k = p->kind;
	char at[ADDR_TEXT];
	bool last;

	p->total++;
	if (!ev_is_active(&p->timer)) {
		p->said = 0;
		ev_timer_again(p->loop, &p->timer);
	}
	if (p->said == k->lines) {
		p->count++;
		p->source = *source;
		snprintf(p->why, sizeof p->why, "%s", why);
		return;
	}
	last = ++p->said == k->lines;
	log_msg(LOG_INFO, NULL, "the connection from %s %s: %s%s%s",
		addr_str(source, at), k->one, why,
		last ? "; more of them are counted for " : "",
		last ? k->period : "");
}
