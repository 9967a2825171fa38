/* SPDX-License-Identifier: BSD-2-Clause */
/* method_pam.c - the method `pam`: what the PAM service `adit` asks for, in a
 * process of its own. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/pam_known.h"
#include "net/loop.h"
#include "policy/password_rule.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OF_SOURCE = 8,  /* processes for an address that nobody is known at */
	OF_USER = 4,    /* processes for one user's name from one address */
	GRID_MS = 2000, /* a refusal comes at a multiple of this */
};

/* ---- how many ------------------------------------------------------------ */

struct pam_use {
	unsigned source, pair;
};

static struct pam_use used_like(const struct auth *a, const struct attempt *t)
{
	struct pam_use use = { 0 };

	for (const struct list *n = a->tries.next; n != &a->tries;
	     n = n->next) {
		const struct attempt *o = list_entry(n, struct attempt, node);

		if (!o->talk)
			continue;
		use.source += !strcmp(o->guess.source, t->guess.source);
		use.pair += !strcmp(o->guess.pair, t->guess.pair);
	}
	return use;
}

/* A quarter of the processes is for users at addresses from where they have
 * logged in before: who is not known cannot take all of them. */
static bool pam_has_room(const struct auth *a, const struct attempt *t)
{
	unsigned most = t->conf->server.pam_processes;
	struct pam_use use;

	if (t->talk)
		return true;
	if (pams_count(a->pams) >= (t->guess.known ? most : most - most / 4))
		return false;
	use = used_like(a, t);
	return use.pair < OF_USER && (t->guess.known || use.source < OF_SOURCE);
}

/* ---- a conversation ------------------------------------------------------ */

static void pam_on_asks(void *ctx, const struct prompt *q)
{
	struct attempt *t = ctx;

	t->change.secrets = 0;
	for (unsigned i = 0; i < q->n; i++)
		t->change.secrets |= (unsigned)!q->ask[i].echo << i;
	attempt_ask(t, q);
}

static void pam_on_late(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	attempt_failed(w->data);
}

/* What PAM does takes longer for a user who is there than for one who is not:
 * the refusal tells neither. */
static void fail_later(struct attempt *t)
{
	uint64_t took = clock_now_us() / 1000 - t->pam_began;
	uint64_t rest = GRID_MS - took % GRID_MS;

	ev_timer_stop(t->auth->conf.loop, &t->late);
	ev_timer_init(&t->late, pam_on_late, (double)rest / 1e3, 0.);
	t->late.data = t;
	ev_timer_start(t->auth->conf.loop, &t->late);
}

static void log_refusal(const struct attempt *t, const struct msg_pam_done *d)
{
	log_msg(d->verdict == TALK_TROUBLE ? LOG_ERROR : LOG_INFO, "login",
		"PAM says of user \"%s\" at gateway %s in the stage %s: %s",
		t->asked.user, t->gateway, d->stage, d->why);
}

/* The login is right as far as PAM goes.  Its process waits: what else the
 * login must show comes before the new password. */
static void pam_on_proved(void *ctx, bool took)
{
	struct attempt *t = ctx;

	t->change.pam_took = took;
	attempt_met(ctx, "");
}

static void pam_change_end(struct attempt *t, const struct msg_pam_done *d)
{
	struct auth *a = t->auth;
	char why[HINT_MAX];

	if (d && d->verdict == TALK_YES) {
		t->auth->conf.change->done(t);
	} else {
		snprintf(why, sizeof why, "PAM has not changed it: %.160s",
			 d ? d->why : "it did not answer");
		t->auth->conf.change->failed(t, why);
	}
	auth_pump(a);
}

static void pam_on_done(void *ctx, const struct msg_pam_done *d)
{
	struct attempt *t = ctx;

	t->talk = NULL;
	if (d && d->verdict != TALK_YES)
		log_refusal(t, d);
	if (t->change.step == CHANGE_BY_PAM) {
		pam_change_end(t, d);
		return;
	}
	/* Of a change it says that before the end. */
	if (d && d->verdict == TALK_YES && t->asked.change)
		d = NULL;
	if (!d || d->verdict == TALK_TROUBLE) {
		attempt_broken(t);
	} else if (d->verdict == TALK_NO) {
		fail_later(t);
	} else {
		free(t->pam_groups);
		t->pam_groups = strdup(d->groups);
		attempt_met(t, "");
	}
}

static const struct pam_ops pam_ops = { pam_on_asks, pam_on_proved,
					pam_on_done };

static int pam_begin(struct attempt *t)
{
	struct msg_pam m = { .mode = t->asked.change ? TALK_PASSWORD :
						       TALK_LOGIN };

	t->has_tried = true;
	t->pam_began = clock_now_us() / 1000;
	/* Names that no system has are not handed to modules. */
	if (!user_name_ok(t->asked.user)) {
		fail_later(t);
		return 0;
	}
	snprintf(m.user, sizeof m.user, "%s", t->asked.user);
	addr_host(&t->asked.source, m.host);
	snprintf(m.password, sizeof m.password, "%s", t->asked.password);
	m.asks = !t->asked.has_password;
	t->talk = pam_talk_new(t->auth->pams, &m, &pam_ops, t);
	return t->talk ? 0 : ERR_SYS;
}

static int pam_step(struct attempt *t)
{
	if (!t->talk)
		return pam_begin(t);
	t->is_given = false;
	t->pam_began = clock_now_us() / 1000;
	pam_talk_answer(t->talk, &t->answer);
	return 0;
}

/* What is wrong with the new password, which is the secret that is given twice;
 * NULL: nothing so far.  Modules see that root asks, and let root choose any:
 * so the rule is that of the users file. */
static const char *pam_change_fault(struct attempt *t)
{
	struct password_change *c = &t->change;

	for (unsigned i = 0; i < t->answer.n; i++) {
		const char *text = t->answer.text[i], *why = NULL;

		if (!(c->secrets & 1u << i))
			continue;
		if (c->has_fresh && !strcmp(c->fresh, text))
			why = password_fault(text, t->asked.password,
					     t->asked.user);
		if (why)
			return why;
		snprintf(c->fresh, sizeof c->fresh, "%s", text);
		c->has_fresh = true;
	}
	return NULL;
}

int pam_change_step(struct attempt *t)
{
	const char *why = t->is_given ? pam_change_fault(t) : NULL;

	if (why) {
		t->auth->conf.change->failed(t, why);
		return 0;
	}
	attempt_become(t, ATTEMPT_RUNS);
	if (!t->change.pam_goes)
		pam_talk_go_on(t->talk);
	else
		pam_talk_answer(t->talk, &t->answer);
	t->change.pam_goes = true;
	t->is_given = false;
	return 0;
}

static void pam_drop(struct attempt *t)
{
	if (t->talk)
		pam_talk_drop(t->talk);
	t->talk = NULL;
	t->change.pam_took = false;
	free(t->pam_groups);
	t->pam_groups = NULL;
	ev_timer_stop(t->auth->conf.loop, &t->late);
}

/* ---- groups -------------------------------------------------------------- */

/* Whether "a,b" has one of these names. */
static bool has_one_of(const char *groups, const struct name_list *names)
{
	for (size_t i = 0; i < names->n; i++) {
		size_t n = strlen(names->item[i]);
		const char *p = groups;

		while (p) {
			size_t len = strcspn(p, ",");

			if (len == n && !memcmp(p, names->item[i], n))
				return true;
			p = p[len] ? p + len + 1 : NULL;
		}
	}
	return false;
}

int pam_map_groups(const struct gw_conf *c, const char *system,
		   char groups[GROUPS_MAX])
{
	int r = 0;

	for (size_t i = 0; i < c->ngroups && !r; i++)
		if (has_one_of(system, &c->groups[i].pam))
			r = groups_add(groups, c->groups[i].name);
	return r;
}

static bool pam_settle(struct attempt *t)
{
	const char *groups = t->pam_groups ? t->pam_groups : "";

	if (t->asked.change)
		return t->talk; /* it waits for what follows */
	pam_known_put(t->auth->pam_known, t->guess.user, t->asked.user, groups);
	return !pam_map_groups(t->conf, groups, t->groups);
}

static int pam_still(struct right *r)
{
	const char *groups;
	int ret = pam_known_ask(r->auth->pam_known, r->gateway, r->user,
				&groups);

	return ret ? ret : pam_map_groups(r->conf, groups, r->groups);
}

const struct method method_pam = {
	.has_room = pam_has_room,
	.step = pam_step,
	.drop = pam_drop,
	.settle = pam_settle,
	.still = pam_still,
};
