/* SPDX-License-Identifier: BSD-2-Clause */
/* drain.c - how the worker comes to its end without breaking connections.
 *
 * Three ways, all of which end in drain_over when every shard is done:
 *
 *   drain_no_more   nobody can log in; a shard is done with its last session
 *   drain_now       tunnels end (final: sessions too), the process ends
 *   drain_shards    tunnels end, then something else follows: a handover */
#include "front/front.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

#define DRAIN_TIMEOUT_S 5.0

/* All shards are done, or have had their time. */
static void drain_over(struct front *f)
{
	void (*then)(struct front *) = f->when_drained;

	ev_timer_stop(f->loop.ev, &f->drain);
	f->when_drained = NULL;
	if (then)
		then(f);
	else
		front_stop(f, 0);
}

static void drain_on_timeout(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	drain_over(w->data);
}

void drain_shards(struct front *f, bool final, double timeout,
		  void (*then)(struct front *))
{
	f->drained = 0;
	f->when_drained = then;
	for (unsigned i = 0; i < f->worker->nshards; i++) {
		struct mail_drain *m = calloc(1, sizeof *m);

		if (!m)
			continue;
		m->to = shard_at(f->worker, i);
		m->final = final;
		mailbox_post(shard_box(m->to), &m->mail, shard_on_drain);
	}
	ev_timer_stop(f->loop.ev, &f->drain);
	ev_timer_init(&f->drain, drain_on_timeout, timeout, 0.);
	f->drain.data = f;
	ev_timer_start(f->loop.ev, &f->drain);
}

void drain_now(struct front *f, bool final)
{
	if (ev_is_active(&f->drain) && f->successor < 0)
		return;
	/* The administrator's wish to end goes before a handover. */
	if (f->successor >= 0)
		close(f->successor);
	f->successor = -1;
	front_listeners_close(f);
	drain_shards(f, final, DRAIN_TIMEOUT_S, NULL);
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
	/* A late answer, to a handover that has failed since. */
	if (!f->draining && !ev_is_active(&f->drain))
		f->drained = 0;
	if (f->drained == UINT64_MAX >> (64 - n))
		drain_over(f);
	free(m);
}
