/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_drain.c - a shard whose sessions end, or whose tunnels do, and how the
 * front learns that this is done. */
#include "gateway/gsession.h"

#include <stdlib.h>

static void shard_tell_drained(struct shard *o)
{
	struct mail_drained *m = calloc(1, sizeof *m);

	if (!m)
		return;
	o->drain = DRAIN_NONE;
	m->to = o->worker->front;
	m->shard = o->index;
	mailbox_post(&o->worker->box, &m->mail, o->worker->front_ops->drained);
}

static bool shard_has_tunnels(const struct shard *o)
{
	struct list *n, *t;

	list_each (n, t, &o->sessions)
		if (list_entry(n, struct gsession, node)->tunnel.up)
			return true;
	return false;
}

/* gsession_end does nothing to a session that is ending already. */
static void shard_end_idle(struct shard *o)
{
	bool all = shard_now(o) >= o->drain_by_us;
	struct list *n, *t;

	list_each (n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (all || !session_channels(gs->session))
			gsession_end(gs, LEAVE_SHUTDOWN);
	}
}

void shard_check_drain(struct shard *o)
{
	if (o->drain == DRAIN_SLOWLY)
		shard_end_idle(o);
	if (o->drain == DRAIN_TUNNELS ? !shard_has_tunnels(o) :
					o->drain && list_is_empty(&o->sessions))
		shard_tell_drained(o);
}

json_t *shard_drain(struct shard *o, uint64_t by_us)
{
	unsigned sessions = 0, channels = 0;
	struct list *n, *t;

	list_each (n, t, &o->sessions) {
		const struct gsession *gs = list_entry(n, struct gsession,
						       node);

		sessions++;
		channels += session_channels(gs->session);
	}
	if (o->drain != DRAIN_TUNNELS)
		o->drain = DRAIN_SLOWLY;
	o->drain_by_us = by_us;
	return json_pack("{s:i, s:i}", "sessions", (int)sessions, "channels",
			 (int)channels);
}

void shard_on_drain(struct mail *mail)
{
	struct mail_drain *m = container_of(mail, struct mail_drain, mail);
	struct shard *o = m->to;
	struct list *n, *t;

	o->drain = DRAIN_TUNNELS;
	list_each (n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (m->final)
			gsession_end(gs, LEAVE_SHUTDOWN);
		else
			gsession_send_away(gs);
	}
	free(m);
	shard_check_drain(o);
}
