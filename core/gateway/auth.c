/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.c - decides logins.
 *
 * Who failed has to wait, per user and per source; a try that comes too early is
 * held until its time, not refused, so that the right password always gets in.
 * Of those who wait, one try at a time is checked: many at once would all slip
 * in under the same penalty. */
#include "gateway/auth.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "gateway/checkers.h"
#include "gateway/penalty.h"
#include "net/loop.h"
#include "policy/users.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WAITING_MAX = 512,
	KEYS_MAX = 4096,
	HOLD_MS = 30 * 1000,            /* longer: refused, with the time to wait */
	CROWDED_MS = 2000,              /* ... when too many wait */
	FULL_MS = 1000,                 /* look again after a full house */
	DAY_MS = 24 * 60 * 60 * 1000,
};

struct try {
	struct list node;
	uint32_t id, check;
	uint64_t arrived;
	bool running, forgotten, locked;
	struct msg_auth asked;
	char gateway[LABEL_MAX];
	char *users;
	char user_key[PENALTY_KEY], source_key[PENALTY_KEY];
	char pair_key[PENALTY_KEY];
	char groups[sizeof ((struct msg_auth_result *)0)->groups];
	char hash[USER_HASH_MAX + 1];   /* what is checked; "": nobody's */
};

struct auth {
	struct auth_conf conf;
	struct list tries;
	size_t waiting;
	unsigned running;
	uint32_t last_check;
	struct penalties *by_user, *by_source;
	/* Who logged in lately, and from where: not held up by those who guess
	 * at the same name from elsewhere. */
	struct penalties *known;
	struct checkers *checkers;
	struct auth_counters counters;
	ev_timer timer;
};

static uint64_t now_ms(void)
{
	return clock_now_us() / 1000;
}

/* ---- keys ------------------------------------------------------------------------ */

/* IPv6 addresses are given out by the /64. */
static void source_text(const struct addr *source, char *dst, size_t cap)
{
	struct addr a = *source;
	char text[ADDR_TEXT];

	if (a.family == AF_INET6)
		memset(a.ip + 8, 0, 8);
	snprintf(dst, cap, "%s", addr_host(&a, text));
}

static void make_keys(struct try *t)
{
	snprintf(t->user_key, sizeof t->user_key, "%s/%s", t->gateway,
		 t->asked.user);
	source_text(&t->asked.source, t->source_key, sizeof t->source_key);
	/* Two long names may be cut; then others with the same beginning share
	 * the advantage, which is small. */
	snprintf(t->pair_key, sizeof t->pair_key, "%.60s %.97s", t->source_key,
		 t->user_key);
}

static bool is_known(struct auth *a, const struct try *t, uint64_t now)
{
	return penalty_count(a->known, t->pair_key, now) > 0;
}

static uint32_t wait_of(struct auth *a, const struct try *t, uint64_t now)
{
	uint32_t source = penalty_wait(a->by_source, t->source_key, now);
	uint32_t user = is_known(a, t, now) ? 0 :
			penalty_wait(a->by_user, t->user_key, now);

	return MAX(source, user);
}

/* Whether another try, whose end may change what `t` has to wait, is on. */
static bool must_queue(struct auth *a, const struct try *t, uint64_t now)
{
	struct list *n, *next;

	if (!penalty_count(a->by_user, t->user_key, now) &&
	    !penalty_count(a->by_source, t->source_key, now))
		return false;
	list_each(n, next, &a->tries) {
		const struct try *o = list_entry(n, struct try, node);

		if (o->running && (!strcmp(o->user_key, t->user_key) ||
				   !strcmp(o->source_key, t->source_key)))
			return true;
	}
	return false;
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

	if (verdict == AUTH_RIGHT) {
		memcpy(r.groups, t->groups, sizeof r.groups);
		stamp_make(r.stamp, a->conf.stamp_key, t->asked.user, t->hash);
	}
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
	uint64_t now = now_ms();
	uint32_t user = penalty_fail(a->by_user, t->user_key, now);
	uint32_t source = penalty_fail(a->by_source, t->source_key, now);

	a->counters.refused++;
	/* Whoever tried is not told which of the two it was. */
	log_try(LOG_WARN, t, t->locked ? "refused, the user is locked" :
					 "refused");
	answer(a, t, AUTH_WRONG, MAX(user, source));
}

static void accept_try(struct auth *a, struct try *t)
{
	a->counters.accepted++;
	penalty_forget(a->by_user, t->user_key);
	penalty_forget(a->known, t->pair_key);
	/* The penalty itself is none: it remembers for a day. */
	penalty_fail(a->known, t->pair_key, now_ms());
	log_try(LOG_INFO, t, "accepted");
	answer(a, t, AUTH_RIGHT, 0);
}

static void put_off(struct auth *a, struct try *t, uint32_t wait)
{
	a->counters.delayed++;
	log_try(LOG_WARN, t, "put off: too many failures before, or too many "
		"others wait");
	answer(a, t, AUTH_LATER, wait);
}

/* The users file cannot be read, or the checker ended: another time it may. */
static void not_checked(struct auth *a, struct try *t)
{
	a->counters.delayed++;
	log_try(LOG_ERROR, t, "put off: the password could not be checked");
	answer(a, t, AUTH_LATER, CROWDED_MS);
}

/* ---- the check ------------------------------------------------------------------- */

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
	if (u && user_groups_text(u, t->groups, sizeof t->groups)) {
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

/* One try in its turn; how long from now to look again, 0: not needed. */
static uint32_t consider(struct auth *a, struct try *t, uint64_t now)
{
	uint32_t wait = wait_of(a, t, now);
	uint32_t held = (uint32_t)(now - t->arrived);
	int r;

	if (held + wait > HOLD_MS) {
		put_off(a, t, MAX(wait, (uint32_t)CROWDED_MS));
		return 0;
	}
	if (wait)
		return wait;
	if (must_queue(a, t, now))
		return HOLD_MS - held + 1;
	r = start(a, t);
	if (r && r != ERR_AGAIN)
		not_checked(a, t);
	return 0;
}

static void pump(struct auth *a)
{
	/* While all checkers work nothing can be started, and a crowd is not
	 * looked through for each one who joins it. */
	uint32_t soonest = 0;
	uint64_t now = now_ms();
	struct list *n, *next;

	list_each(n, next, &a->tries) {
		struct try *t = list_entry(n, struct try, node);
		uint32_t ms;

		if (a->running == CHECKERS) {
			soonest = FULL_MS;
			break;
		}
		ms = t->running ? 0 : consider(a, t, now);
		if (ms && (!soonest || ms < soonest))
			soonest = ms;
	}
	ev_timer_stop(a->conf.loop, &a->timer);
	if (soonest) {
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
			put_off(a, t, CROWDED_MS);
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

static struct try *try_new(const struct auth_try *from)
{
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
	make_keys(t);
	return t;
}

void auth_submit(struct auth *a, const struct auth_try *from)
{
	struct msg_auth_result no = {
		.verdict = AUTH_LATER, .wait_ms = CROWDED_MS
	};
	struct try *t = a->waiting < WAITING_MAX ? try_new(from) : NULL;

	tls_wipe(from->asked->password, sizeof from->asked->password);
	if (!t) {
		log_msg(LOG_WARN, "login", "put off: too many wait");
		a->counters.delayed++;
		a->conf.done(a->conf.ctx, from->id, &no);
		return;
	}
	list_append(&a->tries, &t->node);
	a->waiting++;
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
	struct penalty_rules guesses = {
		.free = 1, .first_ms = 1000, .most_ms = 60 * 1000,
		.decay_ms = 5 * 60 * 1000, .most_keys = KEYS_MAX,
	};
	struct penalty_rules memory = {
		.free = 1, .first_ms = 1, .most_ms = 2,
		.decay_ms = DAY_MS, .most_keys = KEYS_MAX,
	};

	a->by_user = penalties_new(&guesses);
	/* Behind one address there may be an office of people who mistype. */
	guesses.free = 5;
	a->by_source = penalties_new(&guesses);
	a->known = penalties_new(&memory);
	a->checkers = checkers_new(a->conf.loop, a->conf.user, on_checked, a);
	return a->by_user && a->by_source && a->known && a->checkers ?
	       0 : ERR_NOMEM;
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
	penalties_free(a->by_user);
	penalties_free(a->by_source);
	penalties_free(a->known);
	free(a);
}
