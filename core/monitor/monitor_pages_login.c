/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages_login.c - logins on the web pages, in as many rounds of prompts
 * as the gateway's methods need. */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "net/loop.h"

#include <fcntl.h>
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

static json_t *prompts_json(const struct prompt *q)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < q->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:b}", "text",
						      q->ask[i].text, "echo",
						      q->ask[i].echo));
	return list;
}

/* What an answer begins with: of a change, who is logged in.  NULL: nobody is
 * any more. */
static json_t *login_answer_begin(struct pages *p, const struct page_login *l)
{
	struct page_question q = { .p = p, .is_admin = l->is_admin };

	if (!l->change)
		return json_object();
	q.gateway = gw_conf_gateway(p->m->now.config->conf, l->gateway);
	q.token = tokens_use(p->tokens, l->had, clock_now_us() / 1000);
	return q.gateway && q.token ? pages_begin(&q) : NULL;
}

/* The next round, under a token of its own. */
static json_t *login_round(struct page_login *l, const struct prompt *q,
			   bool fresh)
{
	bool first = !l->has_asked;

	l->has_asked = true;
	tls_random(l->token, sizeof l->token);
	return json_pack("{s:o, s:s, s:s, s:b, s:b, s:o}", "login",
			 pages_hex(l->token), "user", l->user, "info", q->info,
			 "first", first, "fresh", fresh, "prompts",
			 prompts_json(q));
}

static void login_on_prompt(void *ctx, uint32_t id, const struct prompt *q)
{
	struct pages *p = ctx;
	struct page_login *l = login_find(p, id);
	json_t *answer = l && l->question ? login_answer_begin(p, l) : NULL;
	json_t *more;
	uint32_t question;

	if (!answer) {
		if (l && l->question)
			pages_error(p, l->question, "expired");
		auth_leave(p->m->auth, &p->asker, id);
		if (l)
			login_drop(l);
		return;
	}
	question = l->question;
	l->question = 0;
	more = login_round(l, q, auth_asks_new(p->m->auth, &p->asker, id));
	json_object_update(answer, more);
	json_decref(more);
	pages_answer(p, question, answer);
}

static const char *word_of(const struct page_login *l, uint8_t verdict)
{
	return verdict == AUTH_WRONG     ? l->change ? "proof" : "wrong" :
	       verdict == AUTH_TRIES     ? "tries" :
	       verdict == AUTH_UNCHANGED ? "unchanged" :
					   "later";
}

/* Where nobody gets in without a certificate, who tried is told what is wrong
 * with it, as an agent is; and why there is no new password. */
static void login_refuse(struct pages *p, const struct page_login *l,
			 const struct msg_auth_result *r)
{
	const struct gw_gateway *g = gw_conf_gateway(p->m->now.config->conf,
						     l->gateway);
	const char *word = word_of(l, r->verdict);
	bool tells = r->verdict == AUTH_UNCHANGED;

	if (r->verdict == AUTH_WRONG && *r->hint && g &&
	    auth_rule_needs(&g->auth_rule, METHOD_CERTIFICATE)) {
		word = "certificate";
		tells = true;
	}
	pages_answer(p, l->question,
		     json_pack("{s:s, s:s}", "error", word, "detail",
			       tells ? r->hint : ""));
}

/* The browser's token of before ends: a cookie has place for one. */
static void login_let_in(struct pages *p, const struct page_login *l,
			 const struct msg_auth_result *r)
{
	uint64_t now = clock_now_us() / 1000;
	struct page_user who = { .user = "" };
	struct token *t = tokens_use(p->tokens, l->had, now);

	if (t)
		tokens_drop(t);
	snprintf(who.user, sizeof who.user, "%s", l->user);
	snprintf(who.gateway, sizeof who.gateway, "%s", l->gateway);
	snprintf(who.groups, sizeof who.groups, "%s",
		 l->change ? l->groups : r->groups);
	memcpy(who.stamp, r->stamp, sizeof who.stamp);
	pages_audit(&(struct page_event){ l->user, l->gateway, &l->source,
					  l->change ? "password" : "login",
					  NULL, "done" });
	t = tokens_add(p->tokens, &who, now);
	pages_answer(p, l->question,
		     json_pack("{s:o}", "token", pages_hex(t->id)));
}

static void login_on_done(void *ctx, uint32_t id,
			  const struct msg_auth_result *r)
{
	struct pages *p = ctx;
	struct page_login *l = login_find(p, id), was;

	if (!l)
		return;
	was = *l;
	login_drop(l);
	if (was.change && r->verdict == AUTH_CHANGED)
		pages_end_sessions(p, &was);
	/* What is asked for by one kind of login is no other. */
	if (was.question &&
	    r->verdict == (was.change ? AUTH_CHANGED : AUTH_RIGHT))
		login_let_in(p, &was, r);
	else if (was.question)
		login_refuse(p, &was, r);
	login_drop(&was);
}

/* ---- questions ----------------------------------------------------------- */

/* Whether a login can begin with the password.  PAM may not want one, and asks
 * by itself. */
static bool begins_with_password(const struct auth_rule *r)
{
	return auth_rule_has_password(r) &&
	       (auth_rule_all(r) & METHODS_PASSWORD) != METHOD_BIT(METHOD_PAM);
}

void pages_on_methods(struct page_question *q)
{
	const struct auth_rule *r = &q->gateway->auth_rule;
	const char *certificate = "";

	if (auth_rule_all(r) & METHOD_BIT(METHOD_CERTIFICATE) &&
	    q->conn->chain >= 0)
		certificate = "shown";
	else if (auth_rule_needs(r, METHOD_CERTIFICATE))
		certificate = "missing";
	pages_answer(q->p, q->id,
		     json_pack("{s:b, s:s}", "password",
			       begins_with_password(r), "certificate",
			       certificate));
}

/* A copy for the login, whose descriptor is closed with it. */
static int chain_of(const struct page_conn *c)
{
	return c->chain >= 0 ? fcntl(c->chain, F_DUPFD_CLOEXEC, 0) : -1;
}

static struct page_login *login_new(struct page_question *q,
				    const struct msg_auth *asked)
{
	struct pages *p = q->p;
	struct page_login *l = login_place(p, &q->conn->source);

	if (!l)
		return NULL;
	while (!++p->last || login_find(p, p->last))
		;
	*l = (struct page_login){ .id = p->last,
				  .question = q->id,
				  .since_ms = clock_now_us() / 1000,
				  .has_asked = asked->has_password,
				  .source = q->conn->source,
				  .change = asked->change,
				  .is_admin = q->is_admin };
	/* That of the first round is sent to nobody, and is not zero. */
	tls_random(l->token, sizeof l->token);
	memcpy(l->had, q->ask->token, sizeof l->had);
	snprintf(l->user, sizeof l->user, "%s", asked->user);
	snprintf(l->gateway, sizeof l->gateway, "%s", q->gateway->name);
	if (asked->change)
		snprintf(l->groups, sizeof l->groups, "%s",
			 q->token->who.groups);
	return l;
}

void pages_login_begin(struct page_question *q, struct msg_auth *asked)
{
	struct monitor *m = q->p->m;
	const struct gw_conf *c = m->now.config->conf;
	size_t number = (size_t)(q->gateway - c->gateways);
	struct client_side *client = m->now.config->gateways[number].client;
	struct auth_try try = { .asker = &q->p->asker,
				.gateway = q->gateway->name,
				.conf = m->now.config->conf,
				.client = client,
				.users = q->gateway->users,
				.rule = &q->gateway->auth_rule,
				.timeout_ms = c->server.login_timeout,
				.asked = asked };
	struct page_login *l = login_new(q, asked);

	if (l) {
		asked->gateway = (uint32_t)number;
		asked->source = q->conn->source;
		try.id = l->id;
		try.chain = chain_of(q->conn);
		auth_submit(m->auth, &try);
	} else {
		pages_error(q->p, q->id, "later");
	}
	tls_wipe(asked, sizeof *asked);
}

void pages_on_login(struct page_question *q)
{
	struct msg_auth asked = { .has_password = q->ask->n == 1 };

	if (q->ask->n > 1) {
		pages_error(q->p, q->id, "later");
		return;
	}
	snprintf(asked.user, sizeof asked.user, "%s", q->ask->user);
	snprintf(asked.password, sizeof asked.password, "%s",
		 asked.has_password ? q->ask->text[0] : "");
	pages_login_begin(q, &asked);
}

/* The login whose last prompts are answered.  One that is being checked has no
 * prompts now; and another password is chosen by the browser that has begun
 * that. */
static struct page_login *login_asked(const struct page_question *q,
				      bool change)
{
	struct page_login *l = login_by_token(q->p, q->ask->login);

	if (!l || l->question || l->change != change ||
	    strcmp(l->gateway, q->conn->gateway))
		return NULL;
	return change && !tls_same(l->had, q->token->id, PAGE_TOKEN) ? NULL : l;
}

void pages_login_answers(struct page_question *q, bool change, const char *late)
{
	struct pages *p = q->p;
	struct page_login *l = login_asked(q, change);
	struct answer a = { .n = q->ask->n };

	if (!l) {
		pages_error(p, q->id, late);
		return;
	}
	l->question = q->id;
	memcpy(l->had, q->ask->token, sizeof l->had);
	for (unsigned i = 0; i < a.n; i++)
		snprintf(a.text[i], sizeof a.text[i], "%s", q->ask->text[i]);
	auth_answered(p->m->auth, &p->asker, l->id, &a);
	tls_wipe(&a, sizeof a);
}

void pages_on_answers(struct page_question *q)
{
	pages_login_answers(q, false, "expired");
}

void pages_logins_init(struct pages *p)
{
	p->asker = (struct auth_asker){ .done = login_on_done,
					.ask = login_on_prompt,
					.ctx = p };
}
