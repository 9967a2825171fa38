/* SPDX-License-Identifier: BSD-2-Clause */
/* shard.c - a shard's thread: the mail that it gets, its clock, its life. */
#include "gateway/shard.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/gsession.h"
#include "gateway/inspection.h"
#include "gateway/lookup.h"
#include "gateway/gsession_handover.h"
#include "gateway/recording.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mailbox *shard_box(struct shard *o)
{
	return &o->box;
}

struct shard *shard_at(const struct worker *w, unsigned index)
{
	return &w->shards[index];
}

unsigned shard_load(const struct worker *w, unsigned index)
{
	return w->shards[index].load;
}

/* ---- time ------------------------------------------------------------- */

static void shard_on_second(struct ev_loop *ev, ev_timer *w, int events)
{
	struct shard *o = w->data;
	uint64_t now = shard_now(o);
	struct list *n, *t;

	(void)events;
	lookups_expire(o, now);
	recording_expire(o, now);
	list_each (n, t, &o->sessions)
		gsession_check(list_entry(n, struct gsession, node), now);
	shard_check_drain(o);
	if (list_is_empty(&o->sessions))
		ev_timer_stop(ev, w);
}

void shard_reap(struct shard *o)
{
	while (!list_is_empty(&o->ended)) {
		gsession_free(list_first(&o->ended, struct gsession, node));
		o->load--;
	}
}

static void shard_on_reap(struct task *t)
{
	struct shard *o = container_of(t, struct shard, reaper);

	shard_reap(o);
	shard_check_drain(o);
}

/* ---- what the front asks ---------------------------------------------- */

/* The one line with user and gateway: others have the session's number
 * alone. */
static void shard_greet(const struct gsession *gs)
{
	char who[WHO_TEXT], at[ADDR_TEXT];

	log_msg(LOG_INFO, gsession_who(gs, 0, who),
		"session %llu begins: user "
		"%s at gateway %s from %s",
		(unsigned long long)gs->id, gs->user, gs->gateway_name,
		addr_str(&gs->source, at));
}

void shard_on_create(struct mail *mail)
{
	struct mail_create *m = container_of(mail, struct mail_create, mail);
	struct shard *o = m->to;
	struct gsession *gs = gsession_new(o, m);

	if (!gs) {
		shard_tell(o, m->id, NEWS_ENDED);
	} else {
		shard_greet(gs);
		audit_session(gs, "login", NULL);
		o->load++;
		if (!ev_is_active(&o->second))
			ev_timer_again(o->loop.ev, &o->second);
	}
	explicit_bzero(m, sizeof *m);
	free(m);
}

static struct gsession *shard_find(const struct shard *o, uint64_t session)
{
	struct gsession *gs = map_get(&o->by_key, session_key(session));

	return gs && gs->id == session ? gs : NULL;
}

void shard_on_attach(struct mail *mail)
{
	struct mail_attach *m = container_of(mail, struct mail_attach, mail);

	gsession_attach(shard_find(m->to, m->attach.session), m);
	free(m);
}

void shard_on_rights(struct mail *mail)
{
	struct mail_rights *m = container_of(mail, struct mail_rights, mail);
	struct gsession *gs = shard_find(m->to, m->session);

	if (gs)
		gsession_regroup(gs, m->groups);
	free(m);
}

void shard_on_config(struct mail *mail)
{
	struct mail_config *m = container_of(mail, struct mail_config, mail);
	struct shard *o = m->to;
	struct worker_config *old = o->snap;
	struct locals *before = o->locals;
	struct list *n, *t;

	/* Sessions that are over look at the old configuration while they
	 * end. */
	shard_reap(o);
	if (m->locals)
		o->locals = m->locals;
	if (m->snap)
		o->snap = m->snap;
	list_each (n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		gsession_judge(gs, m->snap != NULL);
		gsession_check_address(gs, before);
	}
	if (m->snap)
		worker_config_unref(old);
	if (m->locals)
		locals_unref(before);
	free(m);
}

void shard_on_resolved(struct mail *mail)
{
	struct mail_resolved *m = container_of(mail, struct mail_resolved,
					       mail);

	if (m->again)
		lookups_again(m->to);
	else
		lookups_resolved(m->to, m->id, &m->found);
	free(m);
}

static bool shard_is_meant(const struct gsession *gs,
			   const struct mail_command *m)
{
	if (m->gateway[0] && strcmp(gs->gateway_name, m->gateway))
		return false;
	return m->session == gs->id || m->number == gs->number ||
	       (m->user[0] && !strcmp(gs->user, m->user));
}

static void shard_kick(struct shard *o, const struct mail_command *m,
		       json_t *part)
{
	struct list *n, *t;
	json_int_t kicked = 0;

	list_each (n, t, &o->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (!shard_is_meant(gs, m) || gsession_is_ending(gs))
			continue;
		gsession_end(gs, m->leave ? m->leave : LEAVE_KICKED);
		kicked++;
	}
	json_object_set_new(part, "kicked", json_integer(kicked));
}

static json_t *shard_obey(struct shard *o, const struct mail_command *m)
{
	json_t *part;

	switch (m->command) {
	case COMMAND_KICK:
		part = json_object();
		shard_kick(o, m, part);
		return part;
	case COMMAND_RECORD:
		return recording_arm(o, m);
	case COMMAND_RECORDED:
		return recording_fetch(o, m);
	case COMMAND_DRAIN:
		return shard_drain(o, m->by_us);
	default:
		return shard_report(o, m);
	}
}

void shard_on_command(struct mail *mail)
{
	struct mail_command *m = container_of(mail, struct mail_command, mail);
	struct shard *o = m->to;
	struct mail_report *r = calloc(1, sizeof *r);
	json_t *part = shard_obey(o, m);

	if (r) {
		r->to = o->worker->front;
		r->id = m->id;
		r->part = part;
		mailbox_post(&o->worker->box, &r->mail,
			     o->worker->front_ops->report);
	} else {
		json_decref(part);
	}
	/* The front is told of the end of a drain behind the answer. */
	shard_check_drain(o);
	free(m);
}

/* ---- life ------------------------------------------------------------- */

static void shard_go_on(struct shard *o)
{
	struct list *n, *t;

	o->arrived = false;
	list_each (n, t, &o->sessions)
		gsession_goes_on(list_entry(n, struct gsession, node));
	if (!list_is_empty(&o->sessions))
		ev_timer_again(o->loop.ev, &o->second);
}

static void *shard_thread(void *arg)
{
	struct shard *o = arg;

	plugin_watch_here(&o->watch);
	if (o->arrived)
		shard_go_on(o);
	loop_run(&o->loop);
	if (o->paused)
		return NULL;
	/* While the thread runs, so that each channel has its line in the
	 * audit. */
	while (!list_is_empty(&o->sessions))
		gsession_bury(list_first(&o->sessions, struct gsession, node),
			      LEAVE_SHUTDOWN);
	shard_reap(o);
	return NULL;
}

static void shard_on_stop(struct mail *mail)
{
	struct mail_stop *m = container_of(mail, struct mail_stop, mail);

	loop_stop(&m->to->loop);
}

static void shard_on_pause(struct mail *mail)
{
	struct mail_stop *m = container_of(mail, struct mail_stop, mail);

	m->to->paused = true;
	loop_stop(&m->to->loop);
}

static void shards_end_threads(struct worker *w, void (*how)(struct mail *))
{
	struct mail_stop stop[SHARDS_MAX];

	for (unsigned i = 0; i < w->nrunning; i++) {
		stop[i].to = &w->shards[i];
		mailbox_post(&w->shards[i].box, &stop[i].mail, how);
	}
	for (unsigned i = 0; i < w->nrunning; i++)
		pthread_join(w->shards[i].thread, NULL);
	w->nrunning = 0;
}

void shards_pause(struct worker *w)
{
	shards_end_threads(w, shard_on_pause);
}

static void shard_fini(struct shard *o)
{
	mailbox_fini(&o->box);
	lookups_drop(o);
	ev_timer_stop(o->loop.ev, &o->second);
	ev_timer_stop(o->loop.ev, &o->fine);
	shard_reap(o);
	recording_drop(o);
	map_fini(&o->by_key);
	worker_config_unref(o->snap);
	locals_unref(o->locals);
	loop_fini(&o->loop);
}

void shards_stop(struct worker *w)
{
	shards_end_threads(w, shard_on_stop);
	for (unsigned i = 0; i < w->nshards; i++)
		shard_fini(&w->shards[i]);
	free(w->shards);
	w->nshards = 0;
}

static int shard_init(struct shard *o, struct worker *w, unsigned index)
{
	int ret = loop_init(&o->loop);

	if (ret)
		return ret;
	o->worker = w;
	o->index = index;
	mailbox_init(&o->box, &o->loop);
	list_init(&o->sessions);
	list_init(&o->ended);
	list_init(&o->dialing);
	list_init(&o->lookups);
	list_init(&o->timed);
	task_init(&o->reaper, shard_on_reap);
	ev_init(&o->second, shard_on_second);
	o->second.repeat = 1.;
	o->second.data = o;
	inspections_init(o);
	return 0;
}

int shards_init(struct worker *w, unsigned n, struct worker_config *s,
		struct locals *l, uint64_t memory)
{
	int ret = 0;

	w->shards = calloc(n, sizeof *w->shards);
	if (!w->shards)
		return ERR_NOMEM;
	for (; w->nshards < n && !ret; w->nshards += !ret) {
		struct shard *o = &w->shards[w->nshards];

		ret = shard_init(o, w, w->nshards);
		if (ret)
			break;
		o->budget.limit = memory / n;
		o->snap = worker_config_ref(s);
		o->locals = locals_ref(l);
	}
	return ret;
}

int shards_run(struct worker *w)
{
	sigset_t all, before;
	int ret = 0;

	/* Signals go to the first thread, the front. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (w->nrunning < w->nshards && !ret) {
		struct shard *o = &w->shards[w->nrunning];

		o->paused = false;
		ret = pthread_create(&o->thread, NULL, shard_thread, o) ?
			      ERR_SYS :
			      0;
		w->nrunning += !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}
