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
#include "monitor/auth.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "monitor/account.h"
#include "monitor/checkers.h"
#include "monitor/guesses.h"
#include "net/loop.h"
#include "tls/tls.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	WAITING_MAX = 512,           /* logins that wait or are checked */
	HOLD_MS = 2 * GUESS_WAIT_MS, /* who would wait longer is put off */
	HELD_ELSEWHERE = 1,  /* logins held of one user from one address ... */
	HELD_KNOWN = 4,      /* ... from where that user has logged in before */
	CROWDED_MS = 2000,   /* until an agent that was put off tries again */
	FULL_MS = 1000,      /* until the next look where all checkers work */
	KEEP_S = 60,         /* until a change is written into state_dir */
	TELL_MS = 60 * 1000, /* between two log lines about those put off */
};

/* One login that waits, or whose password is being checked. */
struct attempt {
	struct list node;
	uint32_t id;      /* of the worker's question */
	uint32_t check;   /* of the question to a checker */
	uint64_t arrived; /* ms */
	bool running, forgotten;
	struct msg_auth asked;
	char gateway[LABEL_MAX];
	char *users;
	struct guess guess;
	struct users_file read; /* where it stood */
	struct account account; /* what is checked */
};

struct auth {
	struct auth_conf conf;
	struct list tries;
	size_t waiting;
	unsigned running;
	uint32_t last_check;
	struct guesses guesses;
	struct checkers *checkers;
	struct auth_counters counters;
	uint64_t told;   /* when the log last said that somebody was put off */
	unsigned untold; /* how many were put off since then */
	ev_timer timer;
	ev_timer keep; /* something has changed: it is to be written down */
	bool kept;     /* writing has not failed the last time */
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

		if (t->guess.alone && o->running &&
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

		held += o != t && !o->running &&
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

		if (!t->running &&
		    (!last || !guess_before(&t->guess, &last->guess)))
			last = t;
	}
	return last;
}

/* ---- what outlives the process ------------------------------------------- */

static const char *memory_file(const struct auth *a, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/logins.json", a->conf.state_dir);

	return n < PATH_MAX ? path : a->conf.state_dir;
}

static void auth_load(struct auth *a)
{
	const struct guess_clock clock = { now_ms(), today() };
	char path[PATH_MAX], why[GUESS_WHY];

	if (!a->conf.state_dir)
		return;
	if (guesses_load(&a->guesses, memory_file(a, path), &clock, why))
		log_msg(LOG_WARN, NULL,
			"nobody waits for failed logins of before this "
			"start, since they cannot be read: %s",
			why);
}

void auth_keep(struct auth *a)
{
	const struct guess_clock clock = { now_ms(), today() };
	char path[PATH_MAX], why[GUESS_WHY];
	bool kept = a->kept;

	ev_timer_stop(a->conf.loop, &a->keep);
	if (!a->conf.state_dir)
		return;
	a->kept = !guesses_save(&a->guesses, memory_file(a, path), &clock, why);
	if (kept && !a->kept)
		log_msg(LOG_WARN, NULL,
			"failed logins, and from where users log in, will be "
			"forgotten at a restart: %s; see state_dir in "
			"aditd.ini(5)",
			why);
}

static void on_keep(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	auth_keep(w->data);
}

static void auth_changed(struct auth *a)
{
	if (!ev_is_active(&a->keep)) {
		ev_timer_set(&a->keep, KEEP_S, 0);
		ev_timer_start(a->conf.loop, &a->keep);
	}
}

/* ---- results ------------------------------------------------------------- */

static void try_free(struct auth *a, struct attempt *t)
{
	list_remove(&t->node);
	a->waiting--;
	free(t->users);
	tls_wipe(t, sizeof *t);
	free(t);
}

static void auth_answer(struct auth *a, struct attempt *t,
			enum msg_verdict verdict, uint32_t wait)
{
	struct msg_auth_result r = { .verdict = (uint8_t)verdict,
				     .wait_ms = wait };
	uint32_t id = t->id;
	bool forgotten = t->forgotten;

	if (verdict == AUTH_RIGHT) {
		memcpy(r.groups, t->account.groups, sizeof r.groups);
		stamp_make(r.stamp, a->conf.stamp_key, t->asked.user,
			   t->account.hash);
	}
	try_free(a, t);
	if (!forgotten)
		a->conf.done(a->conf.ctx, id, &r);
}

static void log_try(enum log_level level, const struct attempt *t,
		    const char *what)
{
	char source[ADDR_TEXT];

	log_msg(level, "login", "user \"%s\" from %s at gateway %s: %s",
		t->asked.user, addr_str(&t->asked.source, source), t->gateway,
		what);
}

static void auth_refuse(struct auth *a, struct attempt *t)
{
	auth_changed(a);
	a->counters.refused++;
	/* Whoever tried is not told which of the two it was. */
	log_try(LOG_WARN, t,
		t->account.locked ? "refused, the user is locked" : "refused");
	auth_answer(a, t, AUTH_WRONG,
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

static void accept_try(struct auth *a, struct attempt *t)
{
	auth_changed(a);
	a->counters.accepted++;
	guess_right(&a->guesses, &t->guess, today());
	let_known(a, t);
	log_try(LOG_INFO, t, "accepted");
	auth_answer(a, t, AUTH_RIGHT, 0);
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
	log_try(LOG_WARN, t, text);
}

/* Since too many failed before: AUTH_TRIES says so to the agent. */
static void put_off(struct auth *a, struct attempt *t)
{
	a->counters.delayed++;
	tell_put_off(a, t,
		     "since many tries failed for this user or from this "
		     "source");
	auth_answer(a, t, AUTH_TRIES,
		    MAX(t->guess.wait_ms, (uint32_t)CROWDED_MS));
}

static void crowd_out(struct auth *a, struct attempt *t)
{
	a->counters.delayed++;
	tell_put_off(a, t, "since too many others wait");
	auth_answer(a, t, AUTH_LATER, CROWDED_MS);
}

/* The users file cannot be read, or the checker ended.  The agent tries
 * again. */
static void not_checked(struct auth *a, struct attempt *t)
{
	a->counters.delayed++;
	log_try(LOG_ERROR, t, "put off: the password could not be checked");
	auth_answer(a, t, AUTH_LATER, CROWDED_MS);
}

/* ---- the check ----------------------------------------------------------- */

static void log_users(const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_WARN, NULL, "%s", e->text[i]);
}

/* Whether the users file still says the same as when the check began.  An
 * administrator who has locked the user meanwhile, or removed him, or given him
 * another password, wants his sessions to end: this would be one more. */
static bool is_still_so(struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	struct account now;
	bool same;

	/* With thousands of users it takes a millisecond to read the file. */
	if (users_same(&t->read, t->users))
		return true;
	same = !account_read(&now, t->asked.user, &e) &&
	       account_same(&now, &t->account);
	if (same)
		t->account = now;
	tls_wipe(&now, sizeof now);
	return same;
}

/* Asks a checker.  The users file is read each time, so that a change counts at
 * once.  0, ERR_AGAIN: all checkers work; or another error. */
static int auth_start_check(struct auth *a, struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	int r;

	users_look(&t->read, t->users, time(NULL));
	r = account_read(&t->account, t->asked.user, &e);
	log_users(&e);
	if (r)
		return r;
	t->check = ++a->last_check;
	r = checkers_ask(a->checkers, t->check, t->account.hash,
			 t->asked.password);
	if (r)
		return r;
	tls_wipe(t->asked.password, sizeof t->asked.password);
	t->running = true;
	a->running++;
	return 0;
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

		if (t->running)
			continue;
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

static void auth_pump(struct auth *a)
{
	/* While all checkers work nothing can be started, and a crowd is not
	 * looked through for each one who joins it. */
	uint32_t soonest = FULL_MS;
	struct attempt *t;
	int r = 0;

	while (a->running < CHECKERS && r != ERR_AGAIN) {
		t = auth_choose(a, now_ms(), &soonest);
		if (!t)
			break;
		soonest = FULL_MS;
		r = auth_start_check(a, t);
		if (r && r != ERR_AGAIN)
			not_checked(a, t);
	}
	ev_timer_stop(a->conf.loop, &a->timer);
	if (soonest && a->waiting > a->running) {
		ev_timer_set(&a->timer, soonest / 1e3, 0);
		ev_timer_start(a->conf.loop, &a->timer);
	}
}

/* Those that have waited too long are put off, whatever the checkers do. */
static void auth_expire(struct auth *a, uint64_t now)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (!t->running && now - t->arrived > HOLD_MS)
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

static void on_checked(void *ctx, uint32_t id, enum check result)
{
	struct auth *a = ctx;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (!t->running || t->check != id)
			continue;
		a->running--;
		if (result == CHECK_FAILED)
			not_checked(a, t);
		else if (result == CHECK_RIGHT && t->account.is_real &&
			 is_still_so(t))
			accept_try(a, t);
		else
			auth_refuse(a, t);
		break;
	}
	auth_pump(a);
}

/* ---- from outside -------------------------------------------------------- */

static struct attempt *try_new(struct auth *a, const struct auth_try *from)
{
	const struct guess_try guess = {
		.gateway = from->gateway,
		.user = from->asked->user,
		.source = &from->asked->source,
		.today = today(),
	};
	struct attempt *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->users = strdup(from->users);
	if (!t->users) {
		free(t);
		return NULL;
	}
	t->id = from->id;
	t->asked = *from->asked;
	snprintf(t->gateway, sizeof t->gateway, "%s", from->gateway);
	t->arrived = now_ms();
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

	tls_wipe(from->asked->password, sizeof from->asked->password);
	if (!t) {
		log_msg(LOG_ERROR, "login", "put off: %s", err_str(ERR_NOMEM));
		a->counters.delayed++;
		a->conf.done(a->conf.ctx, from->id, &no);
		return;
	}
	if (t->guess.wait_ms && is_held_enough(a, t))
		put_off(a, t);
	else if (a->waiting > WAITING_MAX)
		crowd_out(a, last_in_line(a));
	auth_pump(a);
}

void auth_forget(struct auth *a)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		/* The result of a check still counts as a failure or
		 * success. */
		if (t->running)
			t->forgotten = true;
		else
			try_free(a, t);
	}
}

void auth_count(const struct auth *a, struct auth_counters *out)
{
	*out = a->counters;
	out->waiting = a->waiting;
}

static int auth_make_parts(struct auth *a)
{
	int r = guesses_init(&a->guesses);

	a->checkers = checkers_new(a->conf.loop, a->conf.user, on_checked, a);
	return a->checkers ? r : ERR_NOMEM;
}

struct auth *auth_new(const struct auth_conf *conf)
{
	struct auth *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->conf = *conf;
	list_init(&a->tries);
	ev_timer_init(&a->timer, auth_on_timer, 0, 0);
	ev_init(&a->keep, on_keep);
	a->timer.data = a->keep.data = a;
	a->kept = true;
	if (auth_make_parts(a)) {
		auth_free(a);
		return NULL;
	}
	auth_load(a);
	return a;
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	ev_timer_stop(a->conf.loop, &a->timer);
	ev_timer_stop(a->conf.loop, &a->keep);
	while (!list_is_empty(&a->tries))
		try_free(a, list_first(&a->tries, struct attempt, node));
	checkers_free(a->checkers);
	guesses_fini(&a->guesses);
	free(a);
}
