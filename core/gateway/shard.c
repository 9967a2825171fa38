/* SPDX-License-Identifier: BSD-2-Clause */
/* shard.c - a shard's thread: the mail that it gets, its clock, its life. */
#include "gateway/shard.h"

#include "base/err.h"
#include "base/log.h"
#include "gateway/claims.h"
#include "gateway/gsession.h"
#include "gateway/inspection.h"
#include "gateway/limits.h"
#include "gateway/lookup.h"
#include "gateway/gsession_handover.h"
#include "gateway/published.h"
#include "gateway/recording.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct mailbox *shard_box(struct shard *shard)
{
	return &shard->box;
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

/* A number that changes when a resource with end_at_close opens or closes. */
static uint64_t shard_open_mark(const struct gw_conf *c)
{
	enum { OFFSET = 1469598103 };
	uint64_t mark = OFFSET;
	int64_t now = clock_calendar();

	for (size_t i = 0; i < c->nresources; i++)
		if (c->resources[i].end_at_close)
			mark = (mark ^
				policy_stays_open(&c->resources[i], now)) *
			       UINT64_C(1099511628211);
	return mark;
}

/* Each second rather than when a timer says so: the clock of the calendar may
 * be set at any time. */
static void shard_check_hours(struct shard *shard)
{
	uint64_t mark = shard_open_mark(shard->config->conf);
	struct list *n, *t;

	if (mark == shard->open_mark)
		return;
	shard->open_mark = mark;
	list_each (n, t, &shard->sessions)
		gsession_judge(list_entry(n, struct gsession, node), false);
}

static void shard_on_second(struct ev_loop *ev, ev_timer *w, int events)
{
	struct shard *shard = w->data;
	uint64_t now = shard_now(shard);
	struct list *n, *t;

	(void)events;
	lookups_expire(shard, now);
	recording_expire(shard, now);
	list_each (n, t, &shard->sessions)
		gsession_check(list_entry(n, struct gsession, node), now);
	shard_check_hours(shard);
	shard_check_drain(shard);
	if (list_is_empty(&shard->sessions))
		ev_timer_stop(ev, w);
}

void shard_reap(struct shard *shard)
{
	while (!list_is_empty(&shard->ended)) {
		gsession_free(list_first(&shard->ended, struct gsession, node));
		shard->load--;
	}
}

static void shard_on_reap(struct task *t)
{
	struct shard *shard = container_of(t, struct shard, reaper);

	shard_reap(shard);
	shard_check_drain(shard);
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
	struct shard *shard = m->to;
	struct gsession *gs = gsession_new(shard, m);

	if (!gs) {
		shard_tell(shard, m->id, NEWS_ENDED);
	} else {
		shard_greet(gs);
		audit_session(gs, "login", NULL);
		shard->load++;
		if (!ev_is_active(&shard->second))
			ev_timer_again(shard->loop.ev, &shard->second);
	}
	explicit_bzero(m, sizeof *m);
	free(m);
}

static struct gsession *shard_find(const struct shard *shard, uint64_t session)
{
	struct gsession *gs = map_get(&shard->by_key, session_key(session));

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

void shard_on_code(struct mail *mail)
{
	struct mail_code_is *m = container_of(mail, struct mail_code_is, mail);
	struct gsession *gs = shard_find(m->to, m->session);

	if (gs) {
		session_set_now(gs->session, shard_now(m->to));
		codes_on_answer(gs, m);
	}
	free(m);
}

void shard_on_stamp(struct mail *mail)
{
	struct mail_stamp *m = container_of(mail, struct mail_stamp, mail);
	struct gsession *gs = shard_find(m->to, m->session);

	if (gs)
		memcpy(gs->stamp, m->stamp, sizeof gs->stamp);
	free(m);
}

void shard_on_config(struct mail *mail)
{
	struct mail_config *m = container_of(mail, struct mail_config, mail);
	struct shard *shard = m->to;
	struct worker_config *old = shard->config;
	struct locals *before = shard->locals;
	struct list *n, *t;

	/* Sessions that are over look at the old configuration while they
	 * end. */
	shard_reap(shard);
	if (m->locals)
		shard->locals = m->locals;
	if (m->config)
		shard->config = m->config;
	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		gsession_judge(gs, m->config != NULL);
		gsession_check_address(gs, before);
	}
	if (m->config) {
		worker_config_rest(old);
		worker_config_unref(old);
	}
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

static void shard_kick(struct shard *shard, const struct mail_command *m,
		       json_t *part)
{
	struct list *n, *t;
	json_int_t kicked = 0;

	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (!shard_is_meant(gs, m) || gsession_is_ending(gs))
			continue;
		gsession_end(gs, m->leave ? m->leave : LEAVE_KICKED);
		kicked++;
	}
	json_object_set_new(part, "kicked", json_integer(kicked));
}

static json_t *shard_obey(struct shard *shard, const struct mail_command *m)
{
	json_t *part;

	switch (m->command) {
	case COMMAND_KICK:
		part = json_object();
		shard_kick(shard, m, part);
		return part;
	case COMMAND_RECORD:
		return recording_arm(shard, m);
	case COMMAND_RECORDED:
		return recording_fetch(shard, m);
	case COMMAND_DRAIN:
		return shard_drain(shard, m->by_us);
	default:
		return shard_report(shard, m);
	}
}

void shard_on_command(struct mail *mail)
{
	struct mail_command *m = container_of(mail, struct mail_command, mail);
	struct shard *shard = m->to;
	struct mail_report *r = calloc(1, sizeof *r);
	json_t *part = shard_obey(shard, m);

	if (r) {
		r->to = shard->worker->front;
		r->id = m->id;
		r->part = part;
		mailbox_post(&shard->worker->box, &r->mail,
			     shard->worker->front_ops->report);
	} else {
		json_decref(part);
	}
	/* The front is told of the end of a drain behind the answer. */
	shard_check_drain(shard);
	free(m);
}

void shard_on_claim(struct mail *mail)
{
	struct mail_claim *m = container_of(mail, struct mail_claim, mail);
	struct gsession *gs = shard_find(m->to, m->session);

	if (gs) {
		session_set_now(gs->session, shard_now(m->to));
		published_on_claim(gs, m->name, m->held);
	}
	free(m);
}

/* ---- start and end ---------------------------------------------------- */

static void shard_go_on(struct shard *shard)
{
	struct list *n, *t;

	shard->arrived = false;
	list_each (n, t, &shard->sessions)
		gsession_goes_on(list_entry(n, struct gsession, node));
	if (!list_is_empty(&shard->sessions))
		ev_timer_again(shard->loop.ev, &shard->second);
}

static void *shard_thread(void *arg)
{
	struct shard *shard = arg;

	plugin_watch_here(&shard->watch);
	if (shard->arrived)
		shard_go_on(shard);
	loop_run(&shard->loop);
	if (shard->paused)
		return NULL;
	/* While the thread runs, so that each channel has its line in the
	 * audit. */
	while (!list_is_empty(&shard->sessions))
		gsession_bury(list_first(&shard->sessions, struct gsession,
					 node),
			      LEAVE_SHUTDOWN);
	shard_reap(shard);
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

static void shard_fini(struct shard *shard)
{
	mailbox_fini(&shard->box);
	lookups_drop(shard);
	ev_timer_stop(shard->loop.ev, &shard->second);
	ev_timer_stop(shard->loop.ev, &shard->fine);
	ev_timer_stop(shard->loop.ev, &shard->rates);
	shard_reap(shard);
	recording_drop(shard);
	map_fini(&shard->by_key);
	tally_fini(&shard->tally);
	worker_config_unref(shard->config);
	locals_unref(shard->locals);
	loop_fini(&shard->loop);
}

void shards_stop(struct worker *w)
{
	shards_end_threads(w, shard_on_stop);
	for (unsigned i = 0; i < w->nshards; i++)
		shard_fini(&w->shards[i]);
	free(w->shards);
	w->nshards = 0;
	claims_free(w->claims);
	w->claims = NULL;
}

static int shard_init(struct shard *shard, struct worker *w, unsigned index)
{
	int ret = loop_init(&shard->loop);

	if (ret)
		return ret;
	shard->worker = w;
	shard->index = index;
	mailbox_init(&shard->box, &shard->loop);
	list_init(&shard->sessions);
	list_init(&shard->ended);
	list_init(&shard->dialing);
	list_init(&shard->lookups);
	list_init(&shard->timed);
	task_init(&shard->reaper, shard_on_reap);
	ev_init(&shard->second, shard_on_second);
	shard->second.repeat = 1.;
	shard->second.data = shard;
	inspections_init(shard);
	limits_init(shard);
	return 0;
}

int shards_init(struct worker *w, unsigned n, struct worker_config *config,
		struct locals *l, uint64_t memory)
{
	int ret = 0;

	w->shards = calloc(n, sizeof *w->shards);
	w->claims = claims_new(shard_on_claim);
	if (!w->shards || !w->claims)
		return ERR_NOMEM;
	for (; w->nshards < n && !ret; w->nshards += !ret) {
		struct shard *shard = &w->shards[w->nshards];

		ret = shard_init(shard, w, w->nshards);
		if (ret)
			break;
		shard->budget.limit = memory / n;
		shard->config = worker_config_ref(config);
		worker_config_serve(config);
		shard->locals = locals_ref(l);
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
		struct shard *shard = &w->shards[w->nrunning];

		shard->paused = false;
		ret = pthread_create(&shard->thread, NULL, shard_thread,
				     shard) ?
			      ERR_SYS :
			      0;
		w->nrunning += !ret;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ret;
}
