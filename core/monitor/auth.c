/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.c - decides whether a login is right, and when its password is looked
 * at.
 *
 * guesses.h says how long a login has to wait after others have failed.  One
 * that comes too early is held until its time, not refused, so that the right
 * password always gets in.  Where too many wait already, it is put off: its
 * agent hears that it should try again later, which tells nothing about the
 * password.  Of the logins in one line of guesses.h one at a time is checked:
 * many at once would all be checked before the first failure could make the
 * others wait. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "base/log.h"
#include "monitor/otp_codes.h"
#include "monitor/pam_known.h"
#include "net/loop.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	WAITING_MAX = 512,           /* logins that wait or are checked */
	ASKING_MAX = 256,            /* logins that were asked a question */
	HOLD_MS = 2 * GUESS_WAIT_MS, /* who would wait longer is put off */
	HELD_ELSEWHERE = 1,  /* logins held of one user from one address ... */
	HELD_KNOWN = 4,      /* ... from where that user has logged in before */
	CROWDED_MS = 2000,   /* until an agent that was put off tries again */
	FULL_MS = 1000,      /* until the next look where all checkers work */
	TELL_MS = 60 * 1000, /* between two log lines about those put off */
};

static uint64_t now_ms(void)
{
	return clock_now_us() / 1000;
}

static uint64_t today(void)
{
	return (uint64_t)time(NULL);
}

/* Whether a login is being checked whose result may change how long `t` has to
 * wait. */
static bool must_queue(struct auth *a, const struct attempt *t)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		const struct attempt *o = list_entry(n, struct attempt, node);

		if (t->guess.alone && o->state == ATTEMPT_RUNS &&
		    guess_concerns(&o->guess, &t->guess))
			return true;
	}
	return false;
}

/* Whether so many logins of the same user from the same address are held
 * already that one more has no better chance, and only fills the list. */
static bool is_held_enough(struct auth *a, const struct attempt *t)
{
	unsigned most = t->guess.known ? HELD_KNOWN : HELD_ELSEWHERE, held = 0;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		const struct attempt *o = list_entry(n, struct attempt, node);

		held += o != t && o->state == ATTEMPT_WAITS &&
			!strcmp(o->guess.pair, t->guess.pair);
	}
	return held >= most;
}

/* The one that would be checked last of all that wait. */
static struct attempt *last_in_line(struct auth *a)
{
	struct attempt *last = NULL;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->state == ATTEMPT_WAITS &&
		    (!last || !guess_before(&t->guess, &last->guess)))
			last = t;
	}
	return last;
}

/* ---- results ------------------------------------------------------------- */

void attempt_become(struct attempt *t, enum attempt_state next)
{
	struct auth *a = t->auth;

	a->asking -= t->state == ATTEMPT_ASKS;
	a->asking += next == ATTEMPT_ASKS;
	if (t->state == ATTEMPT_ASKS)
		t->asked_us += clock_now_us() - t->asks_us;
	t->asks_us = clock_now_us();
	t->state = next;
}

static void try_free(struct attempt *t)
{
	struct auth *a = t->auth;

	attempt_become(t, ATTEMPT_WAITS);
	attempt_drop(t);
	list_remove(&t->node);
	a->waiting--;
	if (t->chain >= 0)
		close(t->chain);
	client_side_unref(t->client);
	free(t->users);
	gw_conf_unref(t->conf);
	tls_wipe(t, sizeof *t);
	free(t);
}

void auth_answer(struct attempt *t, enum msg_verdict verdict, uint32_t wait)
{
	struct msg_auth_result r = { .verdict = (uint8_t)verdict,
				     .wait_ms = wait };
	const struct auth_asker *asker = t->asker;
	uint32_t id = t->id;

	if (verdict == AUTH_RIGHT || verdict == AUTH_CHANGED) {
		r.has_code = !!(t->rule.set[t->set] & METHOD_BIT(METHOD_OTP));
		memcpy(r.groups, t->groups, sizeof r.groups);
		stamp_make(r.stamp, t->auth->conf.stamp_key, t->asked.user,
			   t->evidence);
		if (t->certificate_until)
			stamp_put_certificate(r.stamp, t->certificate,
					      t->certificate_until);
	} else {
		memcpy(r.hint, t->hint, sizeof r.hint);
	}
	try_free(t);
	if (asker)
		asker->done(asker->ctx, id, &r);
}

void auth_log(enum log_level level, const struct attempt *t, const char *what)
{
	char source[ADDR_TEXT];

	log_msg(level, t->in_session ? "code" : "login",
		"user \"%s\" from %s at gateway %s: %s", t->asked.user,
		addr_str(&t->asked.source, source), t->gateway, what);
}

void auth_refuse(struct attempt *t)
{
	struct auth *a = t->auth;

	auth_changed(a);
	attempt_count(t, LOGIN_REFUSED);
	/* Whoever tried is not told which of the two it was. */
	auth_log(LOG_WARN, t,
		 t->is_locked ? "refused, the user is locked" : "refused");
	auth_answer(t, AUTH_WRONG,
		    guess_wrong(&a->guesses, &t->guess, now_ms()));
}

/* From here this user has logged in now: that counts for those who wait,
 * too. */
static void let_known(struct auth *a, const struct attempt *t)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *o = list_entry(n, struct attempt, node);

		if (!strcmp(o->guess.pair, t->guess.pair))
			o->guess.known = true;
	}
}

void auth_is_right(struct attempt *t, const char *what)
{
	struct auth *a = t->auth;

	auth_changed(a);
	attempt_count(t, LOGIN_ACCEPTED);
	guess_right(&a->guesses, &t->guess, today());
	let_known(a, t);
	auth_log(LOG_INFO, t, what);
}

void auth_accept(struct attempt *t)
{
	auth_is_right(t, "accepted");
	auth_answer(t, AUTH_RIGHT, 0);
}

/* One line a minute, since whoever floods would fill the log. */
static void tell_put_off(struct auth *a, const struct attempt *t,
			 const char *why)
{
	uint64_t now = now_ms();
	char text[200], more[80] = "";

	if (a->told && now - a->told < TELL_MS) {
		a->untold++;
		return;
	}
	if (a->untold)
		snprintf(more, sizeof more,
			 "; %u others since the last such "
			 "line",
			 a->untold);
	snprintf(text, sizeof text, "put off, %s; its agent tries again%s", why,
		 more);
	a->told = now;
	a->untold = 0;
	auth_log(LOG_WARN, t, text);
}

/* Since too many failed before: AUTH_TRIES says so to the agent. */
static void put_off(struct auth *a, struct attempt *t)
{
	attempt_count(t, LOGIN_DELAYED);
	tell_put_off(a, t,
		     "since many tries failed for this user or from this "
		     "source");
	auth_answer(t, AUTH_TRIES, MAX(t->guess.wait_ms, (uint32_t)CROWDED_MS));
}

static void crowd_out(struct auth *a, struct attempt *t)
{
	attempt_count(t, LOGIN_DELAYED);
	tell_put_off(a, t, "since too many others wait");
	auth_answer(t, AUTH_LATER, CROWDED_MS);
}

/* A file of passwords or secrets cannot be read, or the checker ended: it is
 * tried again. */
void auth_put_off(struct attempt *t)
{
	attempt_count(t, LOGIN_DELAYED);
	auth_log(LOG_ERROR, t, "put off: what was given cannot be checked now");
	auth_answer(t, AUTH_LATER, CROWDED_MS);
}

/* ---- who is asked a question --------------------------------------------- */

/* Nobody will answer.  Whoever leaves once a secret was checked may have learnt
 * something about it: that is a failed login. */
static void auth_abandon(struct attempt *t)
{
	if (t->change.step) {
		t->auth->conf.change->failed(t, "no new password was given");
		return;
	}
	if (t->has_tried) {
		auth_refuse(t);
		return;
	}
	auth_log(LOG_INFO, t, "ended before its questions were answered");
	auth_answer(t, AUTH_WRONG, 0);
}

static unsigned asking_from(struct auth *a, const char *source)
{
	struct list *n, *next;
	unsigned count = 0;

	list_each (n, next, &a->tries) {
		const struct attempt *t = list_entry(n, struct attempt, node);

		count += t->state == ATTEMPT_ASKS &&
			 !strcmp(t->guess.source, source);
	}
	return count;
}

/* Of the source that has most of them the one that was asked first: a source
 * that leaves many questions open crowds out nobody else. */
static void auth_bound_asking(struct auth *a)
{
	struct attempt *worst = NULL;
	unsigned most = 0;
	struct list *n, *next;

	if (a->asking <= ASKING_MAX)
		return;
	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);
		unsigned count = t->state == ATTEMPT_ASKS ?
					 asking_from(a, t->guess.source) :
					 0;

		if (count > most) {
			most = count;
			worst = t;
		}
	}
	if (worst)
		auth_abandon(worst);
}

/* ---- the check ----------------------------------------------------------- */

static bool auth_has_room(const struct auth *a, const struct attempt *t)
{
	const struct method *method = method_of(t->at);

	if (t->change.step)
		return a->conf.change->has_room(t);
	return !method->has_room || method->has_room(a, t);
}

static uint32_t sooner(uint32_t a, uint32_t b)
{
	return !a || b < a ? b : a;
}

/* The login that is checked next, or NULL: then *soonest says in how many
 * milliseconds to look again; 0: nobody waits for a time.  Those that would
 * have to wait too long are put off. */
static struct attempt *auth_choose(struct auth *a, uint64_t now,
				   uint32_t *soonest)
{
	struct attempt *best = NULL;
	struct list *n, *next;

	*soonest = 0;
	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);
		uint32_t held = (uint32_t)(now - t->arrived);

		if (t->state != ATTEMPT_WAITS)
			continue;
		/* A crowd that nobody can check now is not looked through for
		 * each one who joins it. */
		if (!auth_has_room(a, t)) {
			*soonest = sooner(*soonest, FULL_MS);
			continue;
		}
		guess_look(&a->guesses, &t->guess, now);
		if (held + t->guess.wait_ms > HOLD_MS)
			put_off(a, t);
		else if (t->guess.wait_ms)
			*soonest = sooner(*soonest, t->guess.wait_ms);
		else if (must_queue(a, t))
			*soonest = sooner(*soonest, HOLD_MS - held + 1);
		else if (!best || guess_before(&t->guess, &best->guess))
			best = t;
	}
	return best;
}

static void auth_wake_in(struct auth *a, uint32_t ms)
{
	/* Questions that nobody answers have a limit, too. */
	if (a->asking)
		ms = sooner(ms, FULL_MS);
	ev_timer_stop(a->conf.loop, &a->timer);
	if (!ms)
		return;
	ev_timer_set(&a->timer, ms / 1e3, 0);
	ev_timer_start(a->conf.loop, &a->timer);
}

void auth_pump(struct auth *a)
{
	uint32_t soonest = 0;
	struct attempt *t;
	int r = 0;

	if (a->pumping)
		return;
	a->pumping = true;
	while (r != ERR_AGAIN &&
	       (t = auth_choose(a, now_ms(), &soonest)) != NULL) {
		soonest = FULL_MS;
		r = attempt_step(t);
		if (r && r != ERR_AGAIN)
			auth_put_off(t);
	}
	auth_bound_asking(a);
	a->pumping = false;
	auth_wake_in(a, soonest);
}

/* Those that have waited too long are put off, whatever the checkers do. */
static void auth_expire(struct auth *a, uint64_t now)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->state == ATTEMPT_ASKS && now >= t->until)
			auth_abandon(t);
		else if (t->state == ATTEMPT_WAITS &&
			 now - t->arrived > HOLD_MS)
			crowd_out(a, t);
	}
}

static void auth_on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	auth_expire(w->data, now_ms());
	auth_pump(w->data);
}

/* ---- from outside -------------------------------------------------------- */

static struct attempt *try_new(struct auth *a, const struct auth_try *from)
{
	/* No name of a gateway has a colon. */
	char line[LABEL_MAX + 8];
	const struct guess_try guess = {
		.gateway = line,
		.user = from->asked->user,
		.source = &from->asked->source,
		.today = today(),
	};
	char *users = strdup(from->users);
	struct attempt *t = users ? calloc(1, sizeof *t) : NULL;

	if (!t) {
		free(users);
		return NULL;
	}
	t->users = users;
	t->auth = a;
	t->asker = from->asker;
	t->id = from->id;
	t->asked = *from->asked;
	t->rule = *from->rule;
	t->conf = from->conf ? gw_conf_ref(from->conf) : NULL;
	ev_init(&t->late, NULL);
	password_change_init(&t->change);
	t->client = client_side_ref(from->client);
	t->chain = from->chain;
	snprintf(t->gateway, sizeof t->gateway, "%s", from->gateway);
	t->began_us = clock_now_us();
	t->arrived = now_ms();
	t->until = t->arrived + from->timeout_ms;
	attempt_begin(t, from->code);
	snprintf(line, sizeof line, "%s%s", from->code ? "code:" : "",
		 from->gateway);
	guess_make(&a->guesses, &guess, &t->guess);
	guess_look(&a->guesses, &t->guess, t->arrived);
	list_append(&a->tries, &t->node);
	a->waiting++;
	return t;
}

void auth_submit(struct auth *a, const struct auth_try *from)
{
	struct msg_auth_result no = { .verdict = AUTH_LATER,
				      .wait_ms = CROWDED_MS };
	struct attempt *t = try_new(a, from);

	if (!t && from->chain >= 0)
		close(from->chain);
	tls_wipe(from->asked->password, sizeof from->asked->password);
	if (!t) {
		log_msg(LOG_ERROR, "login", "put off: %s", err_str(ERR_NOMEM));
		a->counters.result[LOGIN_DELAYED]++;
		from->asker->done(from->asker->ctx, from->id, &no);
		return;
	}
	if (t->asked.change && a->conf.change->forbid(t))
		return;
	if (t->guess.wait_ms && is_held_enough(a, t))
		put_off(a, t);
	else if (a->waiting - a->asking > WAITING_MAX)
		crowd_out(a, last_in_line(a));
	auth_pump(a);
}

void auth_answered(struct auth *a, const struct auth_asker *asker, uint32_t id,
		   struct answer *answer)
{
	struct attempt *t = attempt_asked(a, asker, id);

	if (t && answer->n != t->nasked) {
		auth_abandon(t);
	} else if (t) {
		t->answer = *answer;
		t->is_given = true;
		t->arrived = now_ms();
		attempt_become(t, ATTEMPT_WAITS);
	}
	tls_wipe(answer, sizeof *answer);
	auth_pump(a);
}

void auth_leave(struct auth *a, const struct auth_asker *asker, uint32_t id)
{
	struct attempt *t = attempt_asked(a, asker, id);

	if (!t)
		return;
	t->asker = NULL;
	auth_abandon(t);
	auth_pump(a);
}

void auth_forget(struct auth *a, const struct auth_asker *asker)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->asker != asker)
			continue;
		t->asker = NULL;
		/* The result of a check still counts as a failure or
		 * success. */
		if (t->state == ATTEMPT_ASKS)
			auth_abandon(t);
		else if (t->state == ATTEMPT_WAITS)
			try_free(t);
	}
}

static int auth_make_parts(struct auth *a)
{
	int r = guesses_init(&a->guesses);

	a->checkers = checkers_new(a->conf.loop, a->conf.user,
				   method_users_checked, a);
	if (!a->checkers)
		return ERR_NOMEM;
	checkers_on_certificate(a->checkers, method_certificate_checked);
	checkers_on_hash(a->checkers, a->conf.change->hashed);
	a->codes = otp_codes_new(a->conf.state_dir, today());
	a->pams = pams_new(a->conf.loop);
	a->pam_known = a->pams ? pam_known_new(a->conf.loop, a->pams,
					       a->conf.news, a->conf.ctx) :
				 NULL;
	return a->codes && a->pam_known ? r : ERR_NOMEM;
}

struct auth *auth_new(const struct auth_conf *conf)
{
	struct auth *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->conf = *conf;
	list_init(&a->tries);
	ev_timer_init(&a->timer, auth_on_timer, 0, 0);
	ev_init(&a->keep, NULL);
	a->timer.data = a;
	if (auth_make_parts(a)) {
		auth_free(a);
		return NULL;
	}
	auth_keep_init(a);
	return a;
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	ev_timer_stop(a->conf.loop, &a->timer);
	ev_timer_stop(a->conf.loop, &a->keep);
	while (!list_is_empty(&a->tries))
		try_free(list_first(&a->tries, struct attempt, node));
	pam_known_free(a->pam_known);
	pams_free(a->pams);
	checkers_free(a->checkers);
	otp_codes_free(a->codes);
	guesses_fini(&a->guesses);
	free(a);
}
