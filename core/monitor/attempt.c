/* SPDX-License-Identifier: BSD-2-Clause */
/* attempt.c - which method of the key `auth` a login is at, and how it ends.
 *
 * The alternatives are tried in their order, and in each one the methods in the
 * order of enum auth_method.  After a method that failed the others of its
 * alternative ask their questions all the same: who logs in is not told which
 * of the answers was wrong, nor whether there is such a user. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "base/log.h"
#include "tls/tls.h"

#include <stdio.h>
#include <string.h>

const struct method *method_of(enum auth_method m)
{
	static const struct method *const all[METHODS] = {
		[METHOD_CERTIFICATE] = &method_certificate,
		[METHOD_USERS] = &method_users,
#ifdef HAVE_OATH
		[METHOD_OTP] = &method_otp,
#endif
#ifdef HAVE_PAM
		[METHOD_PAM] = &method_pam,
#endif
	};

	return all[m];
}

/* The first method from `m` on that this alternative has; METHODS: none. */
static enum auth_method next_method(const struct attempt *t, unsigned m)
{
	while (m < METHODS && !(t->rule.set[t->set] & METHOD_BIT(m)))
		m++;
	return (enum auth_method)m;
}

/* The alternative to be tried from this one on: for another password only those
 * that have one count.  The number of alternatives: there is none. */
static unsigned next_set(const struct attempt *t, unsigned set)
{
	while (set < t->rule.n && t->asked.change &&
	       !(t->rule.set[set] & METHODS_PASSWORD))
		set++;
	return set;
}

static void begin_set(struct attempt *t, unsigned set)
{
	t->set = set;
	t->failed = false;
	t->evidence[0] = t->groups[0] = 0;
	t->at = next_method(t, 0);
}

void attempt_begin(struct attempt *t, const char *code)
{
	t->prompts = t->asked.has_password;
	begin_set(t, next_set(t, 0));
	if (!code)
		return;
	t->in_session = t->is_given = true;
	t->answer.n = 1;
	snprintf(t->answer.text[0], sizeof t->answer.text[0], "%s", code);
}

/* While one method took its time, what others have met may have changed. */
static bool all_settle(struct attempt *t)
{
	for (unsigned m = 0; m < METHODS; m++) {
		const struct method *method = method_of((enum auth_method)m);

		if (t->rule.set[t->set] & METHOD_BIT(m) && method->settle &&
		    !method->settle(t))
			return false;
	}
	return true;
}

/* Whether a later step may need the password. */
static bool keeps_password(const struct attempt *t)
{
	unsigned done = METHOD_BIT(t->at + 1u) - 1;
	unsigned later = t->rule.set[t->set] & ~done;

	for (unsigned i = t->set + 1; i < t->rule.n; i++)
		later |= t->rule.set[i];
	/* The new one must be another one. */
	return t->asked.change || later & METHODS_PASSWORD;
}

/* Who connects knows whether he has a certificate: that needs no more
 * questions. */
static bool is_hopeless(const struct attempt *t)
{
	return t->failed && t->at == METHOD_CERTIFICATE;
}

/* The login's step is over. */
static void attempt_go_on(struct attempt *t)
{
	enum auth_method next = next_method(t, t->at + 1u);
	unsigned set = next_set(t, t->set + 1u);

	tls_wipe(&t->answer, sizeof t->answer);
	t->is_given = false;
	if (!keeps_password(t))
		tls_wipe(t->asked.password, sizeof t->asked.password);
	if (next != METHODS && !is_hopeless(t)) {
		t->at = next;
		attempt_become(t, ATTEMPT_WAITS);
		return;
	}
	if (!t->failed && all_settle(t)) {
		if (t->asked.change)
			t->auth->conf.change->begin(t);
		else
			auth_accept(t);
	} else if (set < t->rule.n) {
		attempt_become(t, ATTEMPT_WAITS);
		/* A conversation with PAM that waits to go on is of the
		 * alternative that has failed. */
		attempt_drop(t);
		begin_set(t, set);
	} else {
		auth_refuse(t);
	}
}

/* `t` may be freed by what is done before. */
static void attempt_end_step(struct attempt *t)
{
	struct auth *a = t->auth;

	attempt_go_on(t);
	auth_pump(a);
}

int evidence_add(char all[EVIDENCE_MAX], enum auth_method m, const char *what)
{
	size_t n = strlen(all);
	int r = snprintf(all + n, EVIDENCE_MAX - n, "%s:%s\n",
			 auth_method_str(m), what);

	return r < 0 || (size_t)r >= EVIDENCE_MAX - n ? ERR_LIMIT : 0;
}

void attempt_met(struct attempt *t, const char *evidence)
{
	t->failed |= evidence_add(t->evidence, t->at, evidence) != 0;
	attempt_end_step(t);
}

void attempt_failed(struct attempt *t)
{
	t->failed = true;
	t->wrong |= METHOD_BIT(t->at);
	attempt_end_step(t);
}

void attempt_broken(struct attempt *t)
{
	struct auth *a = t->auth;

	auth_put_off(t);
	auth_pump(a);
}

/* It cannot go on, whatever would be answered. */
static void attempt_give_up(struct attempt *t)
{
	if (t->change.step)
		t->auth->conf.change->failed(
			t, "nobody answers, or too much is asked");
	else
		auth_refuse(t);
}

void attempt_ask(struct attempt *t, const struct prompt *q)
{
	struct auth *a = t->auth;

	tls_wipe(&t->answer, sizeof t->answer);
	if (!t->asker) {
		attempt_give_up(t);
	} else if (++t->prompts > PROMPTS_MAX) {
		log_msg(LOG_WARN, "login",
			"a login of user \"%s\" needs more than %d questions, "
			"which is more than the protocol has: it is refused",
			t->asked.user, PROMPTS_MAX);
		attempt_give_up(t);
	} else {
		t->nasked = q->n;
		attempt_become(t, ATTEMPT_ASKS);
		t->asker->ask(t->asker->ctx, t->id, q);
	}
	auth_pump(a);
}

struct attempt *attempt_asked(struct auth *a, const struct auth_asker *asker,
			      uint32_t id)
{
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->asker == asker && t->id == id &&
		    t->state == ATTEMPT_ASKS)
			return t;
	}
	return NULL;
}

bool auth_asks_new(struct auth *a, const struct auth_asker *asker, uint32_t id)
{
	const struct attempt *t = attempt_asked(a, asker, id);

	return t && t->change.step;
}

int groups_add(char all[GROUPS_MAX], const char *groups)
{
	size_t n = strlen(all), more = strlen(groups);

	if (n + more + 2 > GROUPS_MAX)
		return ERR_LIMIT;
	snprintf(all + n, GROUPS_MAX - n, "%s%s", n && more ? "," : "", groups);
	return 0;
}

/* The password that nobody has asked for yet.  PAM asks for its own, in its own
 * words, unless a later method needs the password as well. */
static bool needs_password(const struct attempt *t)
{
	if (t->asked.has_password)
		return false;
	return t->at == METHOD_USERS ||
	       (t->at == METHOD_PAM && keeps_password(t));
}

static void take_password(struct attempt *t)
{
	snprintf(t->asked.password, sizeof t->asked.password, "%s",
		 t->answer.text[0]);
	tls_wipe(&t->answer, sizeof t->answer);
	t->asked.has_password = true;
	t->wants_password = t->is_given = false;
}

int attempt_step(struct attempt *t)
{
	static const struct prompt password = {
		.n = 1, .ask = { { 0, "Password: " } }
	};
	int r;

	if (t->change.step)
		return t->auth->conf.change->step(t);
	if (t->wants_password)
		take_password(t);
	if (needs_password(t)) {
		t->wants_password = true;
		attempt_ask(t, &password);
		return 0;
	}
	attempt_become(t, ATTEMPT_RUNS);
	r = method_of(t->at)->step(t);
	if (r == ERR_AGAIN)
		attempt_become(t, ATTEMPT_WAITS);
	return r;
}

void attempt_drop(struct attempt *t)
{
	ev_timer_stop(t->auth->conf.loop, &t->change.again);
	for (unsigned m = 0; m < METHODS; m++) {
		const struct method *method = method_of((enum auth_method)m);

		if (method && method->drop)
			method->drop(t);
	}
}
