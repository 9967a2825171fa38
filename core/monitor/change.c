/* SPDX-License-Identifier: BSD-2-Clause */
/* change.c - a user changes the own password.
 *
 * Who asks for it has met a whole alternative of the key `auth` a moment ago,
 * as for a login.  The monitor decides what a good new password is, a checker
 * makes the hash, and the users file is written as aditctl passwd does it: only
 * if it still has the password that was shown. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "policy/password_rule.h"
#include "tls/tls.h"

#include <stdio.h>
#include <string.h>

enum {
	REFUSED_MAX = 3, /* new passwords that are not taken; then it ends */
	WRITE_TRIES = 50,
};
static const double WRITE_AGAIN_S = .1;

static const char *change_forbids(const struct attempt *t)
{
	const struct gw_gateway *g = t->conf ? gw_conf_gateway(t->conf,
							       t->gateway) :
					       NULL;

	if (g && !g->password_change)
		return "this gateway does not let users change their "
		       "passwords: ask its administrator";
	return t->set < t->rule.n ? NULL :
				    "logins at this gateway need no password "
				    "that could be changed";
}

/* Nobody knows who it is: the audit has no line. */
static bool change_forbid(struct attempt *t)
{
	const char *why = change_forbids(t);

	if (!why)
		return false;
	snprintf(t->hint, sizeof t->hint, "%s", why);
	auth_log(LOG_INFO, t, t->hint);
	auth_answer(t, AUTH_UNCHANGED, 0);
	return true;
}

/* ---- the end ------------------------------------------------------------- */

static void change_log(const struct attempt *t, const char *result,
		       const char *why)
{
	char source[ADDR_TEXT];

	log_audit("evt=password user=%s gateway=%s source=%s method=%s "
		  "result=%s reason=\"%s\"",
		  t->asked.user, t->gateway, addr_str(&t->asked.source, source),
		  auth_method_str(t->at), result, why);
}

/* Sessions that were made with the old one end: the worker asks about all. */
static void change_done(struct attempt *t)
{
	const struct auth_conf *c = &t->auth->conf;

	change_log(t, "changed", "");
	if (c->changed)
		c->changed(c->ctx, t->asked.user, t->gateway);
	auth_answer(t, AUTH_CHANGED, 0);
	if (c->news)
		c->news(c->ctx);
}

static void change_failed(struct attempt *t, const char *why)
{
	change_log(t, "kept", why);
	snprintf(t->hint, sizeof t->hint, "%s", why);
	auth_answer(t, AUTH_UNCHANGED, 0);
}

/* ---- the users file ------------------------------------------------------ */

/* What the login goes by, with the new hash in the place of the old one. */
static int change_evidence(struct attempt *t)
{
	char now[EVIDENCE_MAX] = "";
	const char *p = t->evidence;
	size_t n = strlen(auth_method_str(METHOD_USERS));
	int r = 0;

	while (*p && !r) {
		size_t line = strcspn(p, "\n") + 1, at = strlen(now);

		if (!strncmp(p, auth_method_str(METHOD_USERS), n) &&
		    p[n] == ':')
			r = evidence_add(now, METHOD_USERS, t->change.hash);
		else
			snprintf(now + at, sizeof now - at, "%.*s", (int)line,
				 p);
		p += line;
	}
	memcpy(t->evidence, now, sizeof now);
	tls_wipe(now, sizeof now);
	return r;
}

static void change_cannot_write(struct attempt *t, const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_ERROR, "login", "%s", e->text[i]);
	log_msg(LOG_ERROR, "login",
		"user \"%s\" at gateway %s cannot change the password, since "
		"aditd cannot write %s: make room on its disk, or let its user "
		"write that folder (under systemd with ReadWritePaths), or set "
		"password_change = no",
		t->asked.user, t->gateway, t->users);
	change_failed(t, "the gateway cannot write its users file: ask its "
			 "administrator, whose log says more");
}

static void change_write(struct attempt *t);

static void change_on_again(struct ev_loop *loop, ev_timer *w, int events)
{
	struct attempt *t = w->data;
	struct auth *a = t->auth;

	(void)loop;
	(void)events;
	change_write(t);
	auth_pump(a);
}

static void change_write_again(struct attempt *t)
{
	struct password_change *c = &t->change;

	if (++c->tries >= WRITE_TRIES) {
		change_failed(t, "another program keeps the gateway's users "
				 "file locked: try again");
		return;
	}
	c->step = CHANGE_WRITES;
	ev_timer_stop(t->auth->conf.loop, &c->again);
	ev_timer_init(&c->again, change_on_again, WRITE_AGAIN_S, 0.);
	c->again.data = t;
	ev_timer_start(t->auth->conf.loop, &c->again);
}

/* aditctl may have changed the user while the hash was made: then the password
 * that was shown counts no more. */
static void change_write(struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	const struct users_edit edit = {
		.name = t->asked.user,
		.hash = t->change.hash,
		.was = t->account.hash,
		.hurries = true,
	};
	int r = users_change(&edit, &e);

	if (r == ERR_AGAIN)
		change_write_again(t);
	else if (r == ERR_DENIED || r == ERR_NOTFOUND)
		change_failed(t,
			      "an administrator has changed this user at the "
			      "same moment: log in again");
	else if (r)
		change_cannot_write(t, &e);
	else if (change_evidence(t))
		auth_put_off(t);
	else
		change_done(t);
}

static void change_take_hash(struct attempt *t, const char *hash)
{
	if (!*hash) {
		change_failed(t, "the gateway could not hash the new password: "
				 "try again");
		return;
	}
	snprintf(t->change.hash, sizeof t->change.hash, "%s", hash);
	change_write(t);
}

static void change_hashed(void *ctx, uint32_t id, const char *hash)
{
	struct auth *a = ctx;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->state != ATTEMPT_RUNS || t->check != id ||
		    t->change.step != CHANGE_HASHES)
			continue;
		change_take_hash(t, hash);
		break;
	}
	auth_pump(a);
}

/* ---- the new password ---------------------------------------------------- */

/* `why` the one before was not taken; "": it is the first. */
static void change_ask(struct attempt *t, const char *why)
{
	struct prompt q = { .n = 2,
			    .ask = { { 0, "New password: " },
				     { 0, "New password again: " } } };

	if (*why)
		snprintf(q.info, sizeof q.info, "%s", why);
	else
		snprintf(q.info, sizeof q.info,
			 "The new password needs at least %d characters.",
			 PASSWORD_SHORTEST);
	t->change.step = CHANGE_ASKS;
	attempt_ask(t, &q);
}

static void change_refuse(struct attempt *t, const char *why)
{
	if (++t->change.refused < REFUSED_MAX)
		change_ask(t, why);
	else
		change_failed(t, why);
}

/* Takes the answers.  NULL, or what is wrong with them. */
static const char *change_take_answers(struct attempt *t)
{
	struct password_change *c = &t->change;
	const char *why = NULL;

	if (strcmp(t->answer.text[0], t->answer.text[1]))
		why = "The two new passwords are not the same.";
	snprintf(c->fresh, sizeof c->fresh, "%s", t->answer.text[0]);
	tls_wipe(&t->answer, sizeof t->answer);
	t->is_given = false;
	return why ? why :
		     password_fault(c->fresh, t->asked.password, t->asked.user);
}

static int change_hash(struct attempt *t)
{
	int r;

	t->change.step = CHANGE_HASHES;
	t->check = ++t->auth->last_check;
	attempt_become(t, ATTEMPT_RUNS);
	r = checkers_ask_hash(t->auth->checkers, t->check, t->change.fresh);
	if (r == ERR_AGAIN)
		attempt_become(t, ATTEMPT_WAITS);
	return r;
}

static bool change_has_room(const struct attempt *t)
{
	return t->change.step == CHANGE_BY_PAM ||
	       checkers_has_room(t->auth->checkers);
}

static int change_step(struct attempt *t)
{
	const char *why;

	if (t->change.step == CHANGE_BY_PAM)
		return pam_change_step(t);
	if (t->change.step == CHANGE_HASHES)
		return change_hash(t);
	if (!t->is_given) {
		change_ask(t, "");
		return 0;
	}
	why = change_take_answers(t);
	if (!why)
		return change_hash(t);
	change_refuse(t, why);
	return 0;
}

static void change_begin(struct attempt *t)
{
	bool by_pam = !(t->rule.set[t->set] & METHOD_BIT(METHOD_USERS));

	auth_is_right(t, "accepted, to change the password");
	t->at = by_pam ? METHOD_PAM : METHOD_USERS;
	/* With one of two places changed no password would be right at all. */
	if (!by_pam && t->change.pam_took) {
		change_failed(t, "it is kept in two places here, the gateway's "
				 "users file and PAM, and both must have the "
				 "same one: ask the administrator to change "
				 "both");
		return;
	}
	t->change.step = by_pam ? CHANGE_BY_PAM : CHANGE_ASKS;
	attempt_become(t, ATTEMPT_WAITS);
}

const struct change_ops change_ops = {
	.forbid = change_forbid,
	.begin = change_begin,
	.has_room = change_has_room,
	.step = change_step,
	.hashed = change_hashed,
	.done = change_done,
	.failed = change_failed,
};
