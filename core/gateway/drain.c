/* SPDX-License-Identifier: BSD-2-Clause */
/* drain.c - a worker that takes no new sessions, and ends with the last one.
 *
 * An owner ends each session that has no channels, or all when time is over.
 * Tunnels of those that remain may break and be replaced, and channels may be
 * opened in them. */
#include "gateway/front.h"
#include "gateway/gsession.h"
#include "gateway/move.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

#define MOVE_S 1.0              /* connections stand still meanwhile */

/* ---- an owner ------------------------------------------------------------------ */

static void tell_drained(struct owner *o)
{
	struct mail_drained *m = calloc(1, sizeof *m);

	if (!m)
		return;
	o->drain = DRAIN_NONE;
	m->to = o->worker->front;
	m->owner = o->index;
	mailbox_post(&o->worker->box, &m->mail, front_on_drained);
}

static bool has_tunnels(const struct owner *o)
{
	struct list *n, *t;

	list_each(n, t, &o->sessions)
		if (list_entry(n, struct gsession, node)->tunnel.up)
			return true;
	return false;
}

/* One that is told to go may be told twice. */
static void end_idle(struct owner *o)
{
	bool all = owner_now(o) >= o->drain_by_us;
	struct list *n, *t;

	list_each(n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (all || !session_channels(gs->session))
			gsession_end(gs, LEAVE_SHUTDOWN);
	}
}

void drain_check(struct owner *o)
{
	if (o->drain == DRAIN_SLOWLY)
		end_idle(o);
	if (o->drain == DRAIN_TUNNELS ? !has_tunnels(o) :
	    o->drain && list_is_empty(&o->sessions))
		tell_drained(o);
}

json_t *drain_slowly(struct owner *o, uint64_t by_us)
{
	unsigned sessions = 0, channels = 0;
	struct list *n, *t;

	list_each(n, t, &o->sessions) {
		const struct gsession *gs = list_entry(n, struct gsession, node);

		sessions++;
		channels += session_channels(gs->session);
	}
	if (o->drain != DRAIN_TUNNELS)
		o->drain = DRAIN_SLOWLY;
	o->drain_by_us = by_us;
	return json_pack("{s:i, s:i}", "sessions", (int)sessions,
			 "channels", (int)channels);
}

void owner_on_drain(struct mail *mail)
{
	struct mail_drain *m = container_of(mail, struct mail_drain, mail);
	struct owner *o = m->to;
	struct list *n, *t;

	o->drain = DRAIN_TUNNELS;
	list_each(n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (m->final)
			gsession_end(gs, LEAVE_SHUTDOWN);
		else if (!gs->leave_by_us)
			gsession_send_away(gs);
	}
	free(m);
	drain_check(o);
}

/* ---- the front ------------------------------------------------------------------- */

/* All have heard it, or had their time. */
static void drained(struct front *f)
{
	ev_timer_stop(f->loop.ev, &f->drain);
	if (f->heir >= 0)
		move_now(f);
	else
		front_stop(f, 0);
}

static void on_drain_end(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)ev;
	(void)events;
	drained(w->data);
}

static void send_away(struct front *f, bool final, double patience)
{
	f->drained = 0;
	for (unsigned i = 0; i < f->worker->nowners; i++) {
		struct mail_drain *m = calloc(1, sizeof *m);

		if (!m)
			continue;
		m->to = owner_at(f->worker, i);
		m->final = final;
		mailbox_post(owner_box(m->to), &m->mail, owner_on_drain);
	}
	ev_timer_stop(f->loop.ev, &f->drain);
	ev_timer_init(&f->drain, on_drain_end, patience, 0.);
	f->drain.data = f;
	ev_timer_start(f->loop.ev, &f->drain);
}

void drain_now(struct front *f, bool final)
{
	if (ev_is_active(&f->drain) && f->heir < 0)
		return;
	/* The end is worth more than what somebody else was to get. */
	if (f->heir >= 0)
		close(f->heir);
	f->heir = -1;
	gates_close(f);
	send_away(f, final, DRAIN_S);
}

void drain_for_heir(struct front *f, int heir)
{
	f->heir = heir;
	gates_pause(f);
	send_away(f, false, MOVE_S);
}

void drain_no_more(struct front *f)
{
	if (!f->draining)
		log_msg(LOG_INFO, "drain", "nobody can log in any more");
	f->draining = true;
	f->drained = 0;
}

void front_on_drained(struct mail *mail)
{
	struct mail_drained *m = container_of(mail, struct mail_drained, mail);
	struct front *f = m->to;
	unsigned n = f->worker->nowners;

	f->drained |= UINT64_C(1) << m->owner;
	/* A late one is of a move that came to nothing. */
	if (!f->draining && !ev_is_active(&f->drain))
		f->drained = 0;
	if (f->drained == UINT64_MAX >> (64 - n))
		drained(f);
	free(m);
}
