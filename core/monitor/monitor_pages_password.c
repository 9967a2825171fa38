/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_password.c - another password, for who is logged in on the web
 * pages: the same login as that of `adit passwd`, which change.c leads. */
#include "monitor/monitor_pages.h"

#include "base/log.h"

#include <stdio.h>

bool pages_may_change(const struct gw_gateway *g)
{
	return g->password_change &&
	       auth_rule_all(&g->auth_rule) & METHODS_PASSWORD;
}

void pages_on_password(struct page_question *q)
{
	if (pages_may_change(q->gateway))
		pages_answer(q->p, q->id, pages_begin(q));
	else
		pages_error(q->p, q->id, "unchangeable");
}

/* The token decides whose password it is, not what the web process has sent. */
void pages_on_change(struct page_question *q)
{
	struct msg_auth asked = { .change = true, .has_password = true };

	if (q->ask->n != 1) {
		pages_error(q->p, q->id, "form");
		return;
	}
	pages_note(q, NULL, "asked");
	snprintf(asked.user, sizeof asked.user, "%s", q->token->who.user);
	snprintf(asked.password, sizeof asked.password, "%s", q->ask->text[0]);
	pages_login_begin(q, &asked);
}

void pages_on_change_answers(struct page_question *q)
{
	pages_login_answers(q, true, "form");
}

static void on_sessions_ended(struct monitor *m, uint32_t who, json_t *reply)
{
	(void)m;
	(void)who;
	json_decref(reply);
}

/* The worker asks about sessions by itself where the users file has the
 * password.  PAM has no memory of which one a session was made with. */
void pages_end_sessions(struct pages *p, const struct page_login *l)
{
	const struct forward to = { .reply = on_sessions_ended };
	json_t *request = json_pack("{s:s, s:s, s:s}", "command",
				    "another_password", "user", l->user,
				    "gateway", l->gateway);

	if (!monitor_forward_to(p->m, &to, request))
		log_msg(LOG_WARN, "login",
			"the worker is not told that user \"%s\" of gateway %s "
			"has another password: end sessions that were made "
			"with the old one with aditctl kick %s",
			l->user, l->gateway, l->user);
	json_decref(request);
}
