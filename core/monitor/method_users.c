/* SPDX-License-Identifier: BSD-2-Clause */
/* method_users.c - the method `users`: a password of the users file, which a
 * checker compares with its hash. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "base/log.h"
#include "tls/tls.h"

#include <time.h>

static bool users_has_room(const struct auth *a, const struct attempt *t)
{
	(void)t;
	return checkers_has_room(a->checkers);
}

static void log_users(const struct conf_errors *e)
{
	for (unsigned i = 0; i < conf_errors_kept(e); i++)
		log_msg(LOG_WARN, NULL, "%s", e->text[i]);
}

/* Asks a checker.  The users file is read each time, so that a change counts at
 * once. */
static int users_step(struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	int r;

	users_look(&t->read, t->users, time(NULL));
	r = account_read(&t->account, t->asked.user, &e);
	log_users(&e);
	if (r)
		return r;
	t->check = ++t->auth->last_check;
	t->has_tried = true;
	return checkers_ask(t->auth->checkers, t->check, t->account.hash,
			    t->asked.password);
}

/* Whether the users file still says the same as when the check began.  An
 * administrator who has locked the user meanwhile, or removed him, or given him
 * another password, wants his sessions to end: this would be one more. */
static bool users_settle(struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	struct account now;
	bool same;

	/* With thousands of users it takes a millisecond to read the file. */
	if (users_same(&t->read, t->users))
		return !groups_add(t->groups, t->account.groups);
	same = !account_read(&now, t->asked.user, &e) &&
	       account_same(&now, &t->account) &&
	       !groups_add(t->groups, now.groups);
	tls_wipe(&now, sizeof now);
	return same;
}

static void users_checked(struct attempt *t, enum check result)
{
	if (result == CHECK_FAILED)
		attempt_broken(t);
	else if (result == CHECK_RIGHT && t->account.is_real)
		attempt_met(t, t->account.hash);
	else {
		t->is_locked |= t->account.locked;
		attempt_failed(t);
	}
}

void method_users_checked(void *ctx, uint32_t id, enum check result)
{
	struct auth *a = ctx;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->state != ATTEMPT_RUNS || t->at != METHOD_USERS ||
		    t->check != id)
			continue;
		users_checked(t, result);
		return;
	}
	auth_pump(a);
}

static int users_still(struct right *r)
{
	char groups[GROUPS_MAX];

	if (!r->line || user_hash_is_locked(r->line->hash) ||
	    user_groups_text(r->line, groups, sizeof groups))
		return ERR_DENIED;
	r->what = r->line->hash;
	return groups_add(r->groups, groups);
}

const struct method method_users = {
	.has_room = users_has_room,
	.step = users_step,
	.settle = users_settle,
	.still = users_still,
};
