/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_login.c - logins on the web pages, in as many rounds of prompts
 * as the gateway's methods need. */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "net/loop.h"

#include <stdio.h>
#include <string.h>

/* ---- logins under way ---------------------------------------------------- */

static void login_drop(struct page_login *l)
{
	tls_wipe(l, sizeof *l);
}

static struct page_login *login_find(struct pages *p, uint32_t id)
{
	for (size_t i = 0; i < PAGE_LOGINS; i++)
		if (id && p->login[i].id == id)
			return &p->login[i];
	return NULL;
}

static struct page_login *login_by_token(struct pages *p,
					 const uint8_t token[PAGE_TOKEN])
{
	for (size_t i = 0; i < PAGE_LOGINS; i++)
		if (p->login[i].id &&
		    tls_same(p->login[i].token, token, PAGE_TOKEN))
			return &p->login[i];
	return NULL;
}

static unsigned logins_from(const struct pages *p, const struct addr *source)
{
	unsigned n = 0;

	for (size_t i = 0; i < PAGE_LOGINS; i++)
		n += p->login[i].id &&
		     addr_same_host(&p->login[i].source, source);
	return n;
}

/* Of the logins that wait for their browser the oldest one of `source`, or of
 * the source that has most of them (NULL). */
static struct page_login *login_to_leave(struct pages *p,
					 const struct addr *source)
{
	struct page_login *worst = NULL;
	unsigned most = 0;

	for (size_t i = 0; i < PAGE_LOGINS; i++) {
		struct page_login *l = &p->login[i];
		unsigned n = source ? addr_same_host(&l->source, source) :
				      logins_from(p, &l->source);

		if (!l->id || l->question || n < most || !n ||
		    (n == most && worst && worst->since_ms <= l->since_ms))
			continue;
		worst = l;
		most = n;
	}
	return worst;
}

/* A free place; or that of a login that waits for its browser, which is left;
 * or NULL: all are being checked.  No source has so many that others find
 * none. */
static struct page_login *login_place(struct pages *p,
				      const struct addr *source)
{
	bool full = logins_from(p, source) >= PAGE_LOGINS_SOURCE;
	struct page_login *l;

	for (size_t i = 0; i < PAGE_LOGINS && !full; i++)
		if (!p->login[i].id)
			return &p->login[i];
	l = login_to_leave(p, full ? source : NULL);
	if (l) {
		auth_leave(p->m->auth, &p->asker, l->id);
		login_drop(l);
	}
	return l;
}

/* ---- what auth.h says ---------------------------------------------------- */

/* The next round, under a token of its own. */
static void login_on_prompt(void *ctx, uint32_t id, const struct prompt *q)
{
	struct pages *p = ctx;
	struct page_login *l = login_find(p, id);
	json_t *list;
	uint32_t question;

	if (!l || !l->question) {
		auth_leave(p->m->auth, &p->asker, id);
		if (l)
			login_drop(l);
		return;
	}
	list = json_array();
	for (unsigned i = 0; i < q->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:b}", "text",
						      q->ask[i].text, "echo",
						      q->ask[i].echo));
	tls_random(l->token, sizeof l->token);
	question = l->question;
	l->question = 0;
	pages_answer(p, question,
		     json_pack("{s:o, s:s, s:o}", "login", pages_hex(l->token),
			       "info", q->info, "prompts", list));
}

static const char *word_of(uint8_t verdict)
{
	return verdict == AUTH_WRONG ? "wrong" :
	       verdict == AUTH_TRIES ? "tries" :
				       "later";
}

static void login_on_done(void *ctx, uint32_t id,
			  const struct msg_auth_result *r)
{
	struct pages *p = ctx;
	struct page_login *l = login_find(p, id), was;
	struct page_user who = { .user = "" };
	struct token *t;

	if (!l)
		return;
	was = *l;
	login_drop(l);
	if (!was.question)
		return;
	if (r->verdict != AUTH_RIGHT) {
		pages_error(p, was.question, word_of(r->verdict));
		return;
	}
	snprintf(who.user, sizeof who.user, "%s", was.user);
	snprintf(who.gateway, sizeof who.gateway, "%s", was.gateway);
	snprintf(who.groups, sizeof who.groups, "%s", r->groups);
	memcpy(who.stamp, r->stamp, sizeof who.stamp);
	pages_audit(&(struct page_event){ was.user, was.gateway, &was.source,
					  "login", NULL, "done" });
	t = tokens_add(p->tokens, &who, clock_now_us() / 1000);
	pages_answer(p, was.question,
		     json_pack("{s:o}", "token", pages_hex(t->id)));
}

/* ---- questions ----------------------------------------------------------- */

void pages_on_login(struct page_question *q)
{
	struct pages *p = q->p;
	const struct gw_conf *c = p->m->now.config->conf;
	struct msg_auth asked = { .source = q->conn->source,
				  .has_password = true };
	struct auth_try try = { .asker = &p->asker,
				.gateway = q->gateway->name,
				.conf = p->m->now.config->conf,
				.chain = -1, /* browsers show none */
				.users = q->gateway->users,
				.rule = &q->gateway->auth_rule,
				.timeout_ms = c->server.login_timeout,
				.asked = &asked };
	struct page_login *l = login_place(p, &q->conn->source);

	if (!l || q->ask->n != 1) {
		pages_error(p, q->id, "later");
		return;
	}
	while (!++p->last || login_find(p, p->last))
		;
	*l = (struct page_login){ .id = p->last,
				  .question = q->id,
				  .since_ms = clock_now_us() / 1000,
				  .source = q->conn->source };
	/* That of the first round is sent to nobody, and is not zero. */
	tls_random(l->token, sizeof l->token);
	snprintf(l->user, sizeof l->user, "%s", q->ask->user);
	snprintf(l->gateway, sizeof l->gateway, "%s", q->gateway->name);
	asked.gateway = (uint32_t)(q->gateway - c->gateways);
	snprintf(asked.user, sizeof asked.user, "%s", q->ask->user);
	snprintf(asked.password, sizeof asked.password, "%s", q->ask->text[0]);
	try.id = l->id;
	auth_submit(p->m->auth, &try);
	tls_wipe(&asked, sizeof asked);
}

void pages_on_answers(struct page_question *q)
{
	struct pages *p = q->p;
	struct page_login *l = login_by_token(p, q->ask->token);
	struct answer a = { .n = q->ask->n };

	/* One that is being checked has no prompts to answer now. */
	if (!l || l->question || strcmp(l->gateway, q->conn->gateway)) {
		pages_error(p, q->id, "expired");
		return;
	}
	l->question = q->id;
	for (unsigned i = 0; i < a.n; i++)
		snprintf(a.text[i], sizeof a.text[i], "%s", q->ask->text[i]);
	auth_answered(p->m->auth, &p->asker, l->id, &a);
	tls_wipe(&a, sizeof a);
}

void pages_logins_init(struct pages *p)
{
	p->asker = (struct auth_asker){ .done = login_on_done,
					.ask = login_on_prompt,
					.ctx = p };
}
