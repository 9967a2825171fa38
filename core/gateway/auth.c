/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.c - decides logins.
 *
 * Who has to wait stands in guesses.h.  A try that comes too early is held until
 * its time, not refused, so that the right password always gets in; where too many
 * stand before it, it is put off, which is no word about its password.  Of
 * those who wait in one line, one try at a time is checked: many at once would
 * all slip in under the same penalty. */
#include "gateway/auth.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "gateway/checkers.h"
#include "gateway/guesses.h"
#include "net/loop.h"
#include "policy/users.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	WAITING_MAX = 512,
	HOLD_MS = 2 * GUESS_WAIT_MS,    /* longer: put off */
	HELD_ELSEWHERE = 1,             /* of one user, from one place ... */
	HELD_KNOWN = 4,                 /* ... which is known */
	CROWDED_MS = 2000,              /* to wait when too many do */
	FULL_MS = 1000,                 /* look again after a full house */
	TELL_MS = 60 * 1000,            /* one line about those put off */
};

struct try {
	struct list node;
	uint32_t id, check;
	uint64_t arrived;
	bool running, forgotten, locked;
	struct msg_auth asked;
	char gateway[LABEL_MAX];
	char *users;
	struct guess guess;
	char groups[sizeof ((struct msg_auth_result *)0)->groups];
	char hash[USER_HASH_MAX + 1];   /* what is checked; "": nobody's */
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
	uint64_t told;                  /* of somebody who was put off ... */
	unsigned untold;                /* ... and of so many not, since then */
	ev_timer timer;
};

static uint64_t now_ms(void)
{
	return clock_now_us() / 1000;
}

static uint64_t today(void)
{
	return (uint64_t)time(NULL);
}

/* Whether another try, whose end may change what `t` has to wait, is on. */
static bool must_queue(struct auth *a, const struct try *t)
{
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		const struct try *o = list_entry(n, struct try, node);

		if (t->guess.alone && o->running &&
		    guess_concerns(&o->guess, &t->guess))
			return true;
	}
	return false;
}

/* Whether so many from its place wait for their time already that one more has
 * no better chance, and only takes a place. */
static bool is_held_enough(struct auth *a, const struct try *t)
{
	unsigned most = t->guess.known ? HELD_KNOWN : HELD_ELSEWHERE, held = 0;
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		const struct try *o = list_entry(n, struct try, node);

		held += o != t && !o->running &&
			!strcmp(o->guess.pair, t->guess.pair);
	}
	return held >= most;
}

/* The last one of those who come last. */
static struct try *last_in_line(struct auth *a)
{
	struct try *last = NULL;
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);

		if (!t->running &&
		    (!last || !guess_before(&t->guess, &last->guess)))
			last = t;
	}
	return last;
}

/* ---- results --------------------------------------------------------------------- */

static void try_free(struct auth *a, struct try *t)
{
	list_remove(&t->node);
	a->waiting--;
	free(t->users);
	tls_wipe(t, sizeof *t);
	free(t);
}

static void answer(struct auth *a, struct try *t, enum msg_verdict verdict,
		   uint32_t wait)
{
	struct msg_auth_result r = { .verdict = (uint8_t)verdict,
				     .wait_ms = wait };
	uint32_t id = t->id;
	bool forgotten = t->forgotten;

	if (verdict == AUTH_RIGHT)
		memcpy(r.groups, t->groups, sizeof r.groups);
	try_free(a, t);
	if (!forgotten)
		a->conf.done(a->conf.ctx, id, &r);
}

static void log_try(enum log_level level, const struct try *t, const char *what)
{
	char source[ADDR_TEXT];

	log_msg(level, "login", "user \"%s\" from %s at gateway %s: %s",
		t->asked.user, addr_str(&t->asked.source, source), t->gateway,
		what);
}

static void refuse(struct auth *a, struct try *t)
{
	a->counters.refused++;
	/* Whoever tried is not told which of the two it was. */
	log_try(LOG_WARN, t, t->locked ? "refused, the user is locked" :
					 "refused");
	answer(a, t, AUTH_WRONG, guess_wrong(&a->guesses, &t->guess, now_ms()));
}

/* From here this user is known now, for those who wait too. */
static void let_known(struct auth *a, const struct try *t)
{
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *o = list_entry(n, struct try, node);

		if (!strcmp(o->guess.pair, t->guess.pair))
			o->guess.known = true;
	}
}

static void accept_try(struct auth *a, struct try *t)
{
	a->counters.accepted++;
	guess_right(&a->guesses, &t->guess, today());
	let_known(a, t);
	log_try(LOG_INFO, t, "accepted");
	answer(a, t, AUTH_RIGHT, 0);
}

/* One line a minute, since whoever floods would fill the log. */
static void tell_put_off(struct auth *a, const struct try *t, const char *why)
{
	uint64_t now = now_ms();
	char text[200], more[80] = "";

	if (a->told && now - a->told < TELL_MS) {
		a->untold++;
		return;
	}
	if (a->untold)
		snprintf(more, sizeof more, "; %u others since the last such "
			 "line", a->untold);
	snprintf(text, sizeof text, "put off, %s; its agent tries again%s",
		 why, more);
	a->told = now;
	a->untold = 0;
	log_try(LOG_WARN, t, text);
}

/* Too many failed before: there is a word for that. */
static void put_off(struct auth *a, struct try *t)
{
	a->counters.delayed++;
	tell_put_off(a, t, "since many tries failed for this user or from this "
		     "source");
	answer(a, t, AUTH_TRIES, MAX(t->guess.wait_ms, (uint32_t)CROWDED_MS));
}

static void crowd_out(struct auth *a, struct try *t)
{
	a->counters.delayed++;
	tell_put_off(a, t, "since too many others wait");
	answer(a, t, AUTH_LATER, CROWDED_MS);
}

/* The users file cannot be read, or the checker ended: another time it may. */
static void not_checked(struct auth *a, struct try *t)
{
	a->counters.delayed++;
	log_try(LOG_ERROR, t, "put off: the password could not be checked");
	answer(a, t, AUTH_LATER, CROWDED_MS);
}

/* ---- the check ------------------------------------------------------------------- */

static int join_groups(struct try *t, const struct name_list *groups)
{
	size_t at = 0;

	for (size_t i = 0; i < groups->n; i++) {
		size_t n = strlen(groups->item[i]);

		if (at + n + 2 > sizeof t->groups)
			return ERR_LIMIT;
		if (at)
			t->groups[at++] = ',';
		memcpy(t->groups + at, groups->item[i], n + 1);
		at += n;
	}
	return 0;
}

static void log_users(const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_WARN, NULL, "%s", e->text[i]);
}

/* The hash and the groups, as the file has them now. */
static int look_up(struct try *t, struct conf_errors *e)
{
	const struct user *u;
	struct users users;
	const char *hash = "";
	int r = users_read(&users, e);

	if (r)
		return r;
	u = users_find(&users, t->asked.user);
	t->locked = u && user_hash_is_locked(u->hash);
	if (u && !t->locked)
		hash = u->hash;
	if (u && join_groups(t, &u->groups)) {
		log_msg(LOG_ERROR, NULL, "%s:%u: the groups of %s are longer "
			"than %zu bytes", t->users, u->line, u->name,
			sizeof t->groups);
		hash = "";
	}
	snprintf(t->hash, sizeof t->hash, "%s", hash);
	users_fini(&users);
	return 0;
}

/* Who was locked, removed or given another password during the check: whoever
 * did that ends the sessions that there are, and this would be one more. */
static bool is_still_so(struct try *t)
{
	struct conf_errors e = { .file = t->users };
	char before[sizeof t->hash];
	bool same;

	memcpy(before, t->hash, sizeof before);
	same = !look_up(t, &e) && !strcmp(before, t->hash);
	tls_wipe(before, sizeof before);
	return same;
}

/* Asks a checker; the file is read each time, so that changes count at once. */
static int start(struct auth *a, struct try *t)
{
	struct conf_errors e = { .file = t->users };
	int r = look_up(t, &e);

	log_users(&e);
	if (r)
		return r;
	t->check = ++a->last_check;
	r = checkers_ask(a->checkers, t->check, t->hash, t->asked.password);
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

/* Who is checked next, or NULL: then *soonest is how long from now to look again,
 * 0: not needed.  Those who would have to wait too long go. */
static struct try *choose(struct auth *a, uint64_t now, uint32_t *soonest)
{
	struct try *best = NULL;
	struct list *n, *next;

	*soonest = 0;
	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);
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

static void pump(struct auth *a)
{
	/* While all checkers work nothing can be started, and a crowd is not
	 * looked through for each one who joins it. */
	uint32_t soonest = FULL_MS;
	struct try *t;
	int r = 0;

	while (a->running < CHECKERS && r != ERR_AGAIN) {
		t = choose(a, now_ms(), &soonest);
		if (!t)
			break;
		soonest = FULL_MS;
		r = start(a, t);
		if (r && r != ERR_AGAIN)
			not_checked(a, t);
	}
	ev_timer_stop(a->conf.loop, &a->timer);
	if (soonest && a->waiting > a->running) {
		ev_timer_set(&a->timer, soonest / 1e3, 0);
		ev_timer_start(a->conf.loop, &a->timer);
	}
}

/* Those who have waited too long go, whatever the checkers do. */
static void expire(struct auth *a, uint64_t now)
{
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);

		if (!t->running && now - t->arrived > HOLD_MS)
			crowd_out(a, t);
	}
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	expire(w->data, now_ms());
	pump(w->data);
}

static void on_checked(void *ctx, uint32_t id, enum check result)
{
	struct auth *a = ctx;
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);

		if (!t->running || t->check != id)
			continue;
		a->running--;
		if (result == CHECK_FAILED)
			not_checked(a, t);
		else if (result == CHECK_RIGHT && is_still_so(t))
			accept_try(a, t);
		else
			refuse(a, t);
		break;
	}
	pump(a);
}

/* ---- from outside ---------------------------------------------------------------- */

static struct try *try_new(struct auth *a, const struct auth_try *from)
{
	const struct guess_try guess = {
		.gateway = from->gateway, .user = from->asked->user,
		.source = &from->asked->source, .today = today(),
	};
	struct try *t = calloc(1, sizeof *t);

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
	struct msg_auth_result no = {
		.verdict = AUTH_LATER, .wait_ms = CROWDED_MS
	};
	struct try *t = try_new(a, from);

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
	pump(a);
}

void auth_forget(struct auth *a)
{
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);

		/* A check that is on is waited for: its end still counts. */
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

static int make_parts(struct auth *a)
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
	ev_timer_init(&a->timer, on_timer, 0, 0);
	a->timer.data = a;
	if (make_parts(a)) {
		auth_free(a);
		return NULL;
	}
	return a;
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	ev_timer_stop(a->conf.loop, &a->timer);
	while (!list_is_empty(&a->tries))
		try_free(a, list_first(&a->tries, struct try, node));
	checkers_free(a->checkers);
	guesses_fini(&a->guesses);
	free(a);
}
