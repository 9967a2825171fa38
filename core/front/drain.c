/* SPDX-License-Identifier: BSD-2-Clause */
/* drain.c - a worker that takes no new sessions, and ends with the last one.
 *
 * A shard ends each session that has no channels, or all when time is over.
 * Tunnels of those that remain may break and be replaced, and channels may be
 * opened in them. */
#include "front/front.h"
#include "front/front_handover.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

#define MOVE_S 1.0 /* connections stand still meanwhile */

/* All have heard it, or had their time. */
static void drain_over(struct front *f)
{
	ev_timer_stop(f->loop.ev, &f->drain);
	if (f->successor >= 0)
		front_handover_now(f);
	else
		front_stop(f, 0);
}

static void on_drain_end(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	drain_over(w->data);
}

static void drain_shards(struct front *f, bool final, double timeout)
{
	f->drained = 0;
	for (unsigned i = 0; i < f->worker->nshards; i++) {
		struct mail_drain *m = calloc(1, sizeof *m);

		if (!m)
			continue;
		m->to = shard_at(f->worker, i);
		m->final = final;
		mailbox_post(shard_box(m->to), &m->mail, shard_on_drain);
	}
	ev_timer_stop(f->loop.ev, &f->drain);
	ev_timer_init(&f->drain, on_drain_end, timeout, 0.);
	f->drain.data = f;
	ev_timer_start(f->loop.ev, &f->drain);
}

void drain_now(struct front *f, bool final)
{
	if (ev_is_active(&f->drain) && f->successor < 0)
		return;
	/* The end is worth more than what somebody else was to get. */
	if (f->successor >= 0)
		close(f->successor);
	f->successor = -1;
	front_listeners_close(f);
	drain_shards(f, final, DRAIN_TIMEOUT_S);
}

void drain_for_successor(struct front *f, int successor)
{
	f->successor = successor;
	front_listeners_pause(f);
	drain_shards(f, false, MOVE_S);
}

void drain_no_more(struct front *f)
{
	if (!f->draining)
		log_msg(LOG_INFO, "drain", "nobody can log in any more");
	f->draining = true;
	f->drained = 0;
}

void drain_on_drained(struct mail *mail)
{
	struct mail_drained *m = container_of(mail, struct mail_drained, mail);
	struct front *f = m->to;
	unsigned n = f->worker->nshards;

	f->drained |= UINT64_C(1) << m->shard;
	/* A late one is of a move that came to nothing. */
	if (!f->draining && !ev_is_active(&f->drain))
		f->drained = 0;
	if (f->drained == UINT64_MAX >> (64 - n))
		drain_over(f);
	free(m);
}
