/* SPDX-License-Identifier: BSD-2-Clause */
/* rights.c - asks the monitor whether users may still have their sessions.
 *
 * At most RIGHTS_AT_ONCE questions are under way, so that the answers always
 * have room in the socket.  A session that waits in the queue is asked about
 * once, however often it was put there. */
#include "front/rights.h"

#include "base/err.h"
#include "base/log.h"
#include "front/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_S 1.

/* ---- questions ----------------------------------------------------------- */

static void put_question(struct rights *r, struct msg_right *q,
			 const struct registry_entry *e)
{
	while (!++r->last_id)
		;
	q->id = r->last_id;
	snprintf(q->user, sizeof q->user, "%s", e->user);
	snprintf(q->gateway, sizeof q->gateway, "%s", e->gateway);
	memcpy(q->stamp, e->stamp, sizeof q->stamp);
	r->asked[r->nasked].id = q->id;
	r->asked[r->nasked++].session = e->session;
}

static void put_back(struct front *f)
{
	struct rights *r = &f->rights;

	while (r->nasked) {
		struct registry_entry *e = registry_get(
			&f->registry, r->asked[--r->nasked].session);

		if (e)
			list_move(&r->queue, &e->asking);
	}
	ev_timer_again(f->loop.ev, &r->retry);
}

static void ask_next(struct front *f)
{
	struct rights *r = &f->rights;
	struct msg_right q[RIGHTS_AT_ONCE];
	struct msg m = { .type = MSG_RIGHTS };
	unsigned n = 0;

	if (r->nasked)
		return;
	while (n < RIGHTS_AT_ONCE && !list_is_empty(&r->queue)) {
		struct registry_entry *e = list_first(
			&r->queue, struct registry_entry, asking);

		list_remove(&e->asking);
		put_question(r, &q[n++], e);
	}
	if (!n)
		return;
	m.len = pack_msg_rights(m.data, sizeof m.data, q, n);
	if (front_send(f, &m))
		put_back(f);
}

static void rights_on_retry(struct ev_loop *ev, ev_timer *w, int events)
{
	(void)events;
	ev_timer_stop(ev, w);
	ask_next(w->data);
}

void rights_ask(struct front *f, struct registry_entry *e)
{
	list_move(&f->rights.queue, &e->asking);
	ask_next(f);
}

void rights_ask_all(struct front *f)
{
	struct list *n, *t;

	list_each (n, t, &f->registry.all)
		list_move(&f->rights.queue,
			  &list_entry(n, struct registry_entry, node)->asking);
	ask_next(f);
}

/* ---- answers ------------------------------------------------------------- */

static void end_session(struct front *f, const struct registry_entry *e)
{
	struct mail_command *m = calloc(1, sizeof *m);

	log_msg(LOG_WARN, NULL,
		"#%u: user %s of gateway %s was removed, locked "
		"or given another password: the session ends",
		e->number, e->user, e->gateway);
	if (!m)
		return;
	m->to = shard_of(f->worker, e->session);
	m->command = COMMAND_KICK;
	m->session = e->session;
	m->leave = LEAVE_RIGHTS;
	mailbox_post(shard_box(m->to), &m->mail, shard_on_command);
}

static void tell_groups(struct front *f, const struct registry_entry *e,
			const char *groups)
{
	struct mail_rights *m = calloc(1, sizeof *m);

	if (!m)
		return;
	m->to = shard_of(f->worker, e->session);
	m->session = e->session;
	snprintf(m->groups, sizeof m->groups, "%s", groups);
	mailbox_post(shard_box(m->to), &m->mail, shard_on_rights);
}

/* First its shard is told, so that a tunnel finds the session as it is now. */
static void rights_settle(struct front *f, uint64_t session,
			  const struct msg_rights_are *a)
{
	struct registry_entry *e = registry_get(&f->registry, session);
	unsigned leave = !e                        ? LEAVE_UNKNOWN :
			 a->verdict == RIGHTS_LOST ? LEAVE_RIGHTS :
						     LEAVE_NONE;

	if (leave == LEAVE_RIGHTS)
		end_session(f, e);
	else if (e && a->verdict == RIGHTS_KEPT)
		tell_groups(f, e, a->groups);
	f->rights.decided(f, session, leave);
}

void rights_answered(struct front *f, const struct msg *m)
{
	struct rights *r = &f->rights;
	struct msg_rights_are a;
	uint64_t session;
	unsigned i = 0;

	while (i < r->nasked && r->asked[i].id != m->id)
		i++;
	if (i == r->nasked || unpack_msg_rights_are(&a, m->data, m->len))
		return;
	session = r->asked[i].session;
	r->asked[i] = r->asked[--r->nasked];
	if (session)
		rights_settle(f, session, &a);
	ask_next(f);
}

/* ---- another password ---------------------------------------------------- */

static void keep_session(struct front *f, struct registry_entry *e,
			 const uint8_t stamp[STAMP_LEN])
{
	struct mail_stamp *m = calloc(1, sizeof *m);

	memcpy(e->stamp, stamp, sizeof e->stamp);
	if (!m)
		return; /* it counts until another worker takes over */
	m->to = shard_of(f->worker, e->session);
	m->session = e->session;
	memcpy(m->stamp, stamp, sizeof m->stamp);
	mailbox_post(shard_box(m->to), &m->mail, shard_on_stamp);
}

/* What the monitor is asked about it now has the old stamp: that answer is for
 * nobody, and it is asked once more. */
static void ask_anew(struct rights *r, struct registry_entry *e)
{
	for (unsigned i = 0; i < r->nasked; i++)
		if (r->asked[i].session == e->session) {
			r->asked[i].session = 0; /* that no session has */
			list_move(&r->queue, &e->asking);
		}
}

unsigned rights_changed(struct front *f, const struct login *who,
			const char *gateway, const uint8_t stamp[STAMP_LEN])
{
	struct list *n, *t;
	unsigned ended = 0;

	list_each (n, t, &f->registry.all) {
		struct registry_entry *e = list_entry(n, struct registry_entry,
						      node);

		if (strcmp(e->user, who->user) || strcmp(e->gateway, gateway))
			continue;
		if (e->session == who->keep) {
			keep_session(f, e, stamp);
			ask_anew(&f->rights, e);
		} else {
			end_session(f, e);
			registry_remove(&f->registry, e);
			ended++;
		}
	}
	return ended;
}

/* ---- start and end ------------------------------------------------------- */

void rights_init(struct front *f, rights_decided_fn *decided)
{
	f->rights.decided = decided;
	list_init(&f->rights.queue);
	ev_init(&f->rights.retry, rights_on_retry);
	f->rights.retry.repeat = RETRY_S;
	f->rights.retry.data = f;
}

void rights_fini(struct front *f)
{
	ev_timer_stop(f->loop.ev, &f->rights.retry);
}
