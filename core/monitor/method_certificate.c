/* SPDX-License-Identifier: BSD-2-Clause */
/* method_certificate.c - the method `certificate`: a client certificate, shown
 * in the TLS handshake, which a checker verifies.
 *
 * The worker has made the handshake, and says what chain the client has shown.
 * docs/threats.md tells what a worker that has been taken over can make of
 * that. */
#include "monitor/attempt.h"

#include "base/err.h"
#include "base/log.h"
#include "policy/users.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CERTIFICATE_TEXT = 2 * CLIENT_ID + 24 };

static bool certificate_has_room(const struct auth *a, const struct attempt *t)
{
	(void)t;
	return checkers_has_room(a->checkers);
}

static void certificate_refuse(struct attempt *t, const char *why,
			       const char *subject)
{
	log_msg(LOG_WARN, "login",
		"user \"%s\" at gateway %s: certificate refused: %s%s%s",
		t->asked.user, t->gateway, why, subject[0] ? ": " : "",
		subject);
	snprintf(t->hint, sizeof t->hint, "%s", why);
	attempt_failed(t);
}

static int certificate_step(struct attempt *t)
{
	const int fds[2] = { t->client ? t->client->bundle : -1, t->chain };

	/* A reload may have made the gateway one that asks for them. */
	if (t->chain < 0 || !t->client) {
		certificate_refuse(t,
				   "the gateway asks for a client certificate, "
				   "and none was shown: see certificate in "
				   "adit.ini(5)",
				   "");
		return 0;
	}
	t->check = ++t->auth->last_check;
	return checkers_ask_certificate(t->auth->checkers, t->check,
					&t->client->ask, fds);
}

/* What a session goes by; each other certificate has another text. */
static const char *certificate_text(char text[CERTIFICATE_TEXT],
				    const uint8_t id[CLIENT_ID], uint64_t until)
{
	for (size_t i = 0; i < CLIENT_ID; i++)
		snprintf(text + 2 * i, CERTIFICATE_TEXT - 2 * i, "%02x", id[i]);
	snprintf(text + 2 * CLIENT_ID, CERTIFICATE_TEXT - 2 * CLIENT_ID,
		 " %llu", (unsigned long long)until);
	return text;
}

static void certificate_judge(struct attempt *t, const struct client_answer *a)
{
	char text[CERTIFICATE_TEXT];

	if (a->verdict != CLIENT_GOOD) {
		certificate_refuse(t, client_verdict_str(a->verdict),
				   a->subject);
	} else if (!user_name_ok(a->user) ||
		   strcmp(a->user, t->asked.user) != 0) {
		certificate_refuse(t, "the certificate is another user's",
				   a->subject);
	} else {
		memcpy(t->certificate, a->id, sizeof t->certificate);
		t->certificate_until = a->until;
		attempt_met(t, certificate_text(text, a->id, a->until));
	}
}

void method_certificate_checked(void *ctx, uint32_t id,
				const struct client_answer *answer)
{
	struct auth *a = ctx;
	struct list *n, *next;

	list_each (n, next, &a->tries) {
		struct attempt *t = list_entry(n, struct attempt, node);

		if (t->state != ATTEMPT_RUNS || t->at != METHOD_CERTIFICATE ||
		    t->check != id)
			continue;
		if (answer)
			certificate_judge(t, answer);
		else
			attempt_broken(t);
		return;
	}
	auth_pump(a);
}

/* Where no other method knows the user, the users file does: without a line in
 * it nobody gets in, and "!" keeps a user out.  No password is needed. */
static int certificate_groups(const struct user *line, unsigned set,
			      char groups[GROUPS_MAX])
{
	char own[GROUPS_MAX];

	if (set & METHODS_PASSWORD)
		return 0;
	if (!line || line->hash[0] == '!' ||
	    user_groups_text(line, own, sizeof own))
		return ERR_DENIED;
	return groups_add(groups, own);
}

static bool certificate_settle(struct attempt *t)
{
	struct conf_errors e = { .file = t->users };
	unsigned set = t->rule.set[t->set];
	struct users users;
	int r;

	if (set & METHODS_PASSWORD)
		return true;
	r = users_read(&users, &e);
	for (unsigned i = 0; i < conf_errors_kept(&e); i++)
		log_msg(LOG_WARN, NULL, "%s", e.text[i]);
	if (!r)
		r = certificate_groups(users_find(&users, t->asked.user), set,
				       t->groups);
	if (r)
		log_msg(LOG_WARN, "login",
			"user \"%s\" at gateway %s has a good certificate, and "
			"no line in %s, or is locked",
			t->asked.user, t->gateway, t->users);
	users_fini(&users);
	return !r;
}

static int certificate_still(struct right *r)
{
	uint8_t id[CLIENT_ID];
	uint64_t until = stamp_certificate(r->stamp, id);

	if (!r->client ||
	    !client_side_keeps(r->client, id, until, (uint64_t)time(NULL)))
		return ERR_DENIED;
	r->what = certificate_text(r->text, id, until);
	return certificate_groups(r->line, r->set, r->groups);
}

const struct method method_certificate = {
	.has_room = certificate_has_room,
	.step = certificate_step,
	.settle = certificate_settle,
	.still = certificate_still,
};
