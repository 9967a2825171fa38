/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_drain.c - a shard whose sessions end, or whose tunnels do, and how the
 * front learns that this is done. */
#include "gateway/gsession.h"

#include <stdlib.h>

static void shard_tell_drained(struct shard *shard)
{
	struct mail_drained *m = calloc(1, sizeof *m);

	if (!m)
		return;
	shard->drain = DRAIN_NONE;
	m->to = shard->worker->front;
	m->shard = shard->index;
	mailbox_post(&shard->worker->box, &m->mail,
		     shard->worker->front_ops->drained);
}

static bool shard_has_tunnels(const struct shard *shard)
{
	struct list *n, *t;

	list_each (n, t, &shard->sessions)
		if (list_entry(n, struct gsession, node)->tunnel.up)
			return true;
	return false;
}

/* gsession_end does nothing to a session that is ending already. */
static void shard_end_idle(struct shard *shard)
{
	bool all = shard_now(shard) >= shard->drain_by_us;
	struct list *n, *t;

	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (all || !session_channels(gs->session))
			gsession_end(gs, LEAVE_SHUTDOWN);
	}
}

void shard_check_drain(struct shard *shard)
{
	if (shard->drain == DRAIN_SLOWLY)
		shard_end_idle(shard);
	if (shard->drain == DRAIN_TUNNELS ?
		    !shard_has_tunnels(shard) :
		    shard->drain && list_is_empty(&shard->sessions))
		shard_tell_drained(shard);
}

json_t *shard_drain(struct shard *shard, uint64_t by_us)
{
	unsigned sessions = 0, channels = 0;
	struct list *n, *t;

	list_each (n, t, &shard->sessions) {
		const struct gsession *gs = list_entry(n, struct gsession,
						       node);

		sessions++;
		channels += session_channels(gs->session);
	}
	if (shard->drain != DRAIN_TUNNELS)
		shard->drain = DRAIN_SLOWLY;
	shard->drain_by_us = by_us;
	return json_pack("{s:i, s:i}", "sessions", (int)sessions, "channels",
			 (int)channels);
}

void shard_on_drain(struct mail *mail)
{
	struct mail_drain *m = container_of(mail, struct mail_drain, mail);
	struct shard *shard = m->to;
	struct list *n, *t;

	shard->drain = DRAIN_TUNNELS;
	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (m->final)
			gsession_end(gs, LEAVE_SHUTDOWN);
		else
			gsession_send_away(gs);
	}
	free(m);
	shard_check_drain(shard);
}
