/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor_pages.c - connections of browsers, and who may ask what. */
#include "monitor/monitor_pages.h"

#include "base/err.h"
#include "base/log.h"
#include "net/loop.h"
#include "policy/policy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- connections --------------------------------------------------------- */

static struct page_conn *pages_conn_find(struct pages *p, uint32_t number)
{
	for (size_t i = 0; i < PAGE_CONNS; i++)
		if (number && p->conn[i].number == number)
			return &p->conn[i];
	return NULL;
}

static void pages_conn_free(struct page_conn *c)
{
	if (c->number && c->chain >= 0)
		close(c->chain);
	*c = (struct page_conn){ .chain = -1 };
}

/* A free place, or that of the oldest: a web process that never says that a
 * connection has ended harms its own. */
static struct page_conn *pages_conn_place(struct pages *p)
{
	struct page_conn *oldest = &p->conn[0];

	for (size_t i = 0; i < PAGE_CONNS; i++) {
		struct page_conn *c = &p->conn[i];

		if (!c->number)
			return c;
		if (p->last - c->number > p->last - oldest->number)
			oldest = c;
	}
	pages_conn_free(oldest);
	return oldest;
}

int monitor_pages_conn(struct monitor *m, const struct msg *msg)
{
	const struct gw_conf *c = m->now.config->conf;
	struct msg to = { .type = MSG_PAGE_CONN, .nfds = 1 };
	struct msg_page_conn in;
	struct page_conn *conn;

	if (msg->nfds < 1 || msg->nfds > 2 ||
	    unpack_msg_page_conn(&in, msg->data, msg->len))
		return ERR_PROTO;
	/* A reload may have taken the gateway away, or its pages. */
	if (in.gateway >= c->ngateways || !c->gateways[in.gateway].web)
		return 0;
	conn = pages_conn_place(m->pages);
	while (!++m->pages->last)
		;
	*conn = (struct page_conn){ .number = m->pages->last,
				    .source = in.source,
				    .chain = -1 };
	if (msg->nfds == 2)
		conn->chain = fcntl(msg->fds[1], F_DUPFD_CLOEXEC, 0);
	snprintf(conn->gateway, sizeof conn->gateway, "%s",
		 c->gateways[in.gateway].name);
	to.id = conn->number;
	to.fds[0] = msg->fds[0];
	/* Without a web process the browser sees the end of its connection. */
	if (web_side_send(m->web, &to))
		pages_conn_free(conn);
	return 0;
}

/* ---- what may be asked --------------------------------------------------- */

enum {
	NEEDS_USER = 1,
	NEEDS_CSRF = 2,
	NEEDS_ADMIN = 4,
};

static const struct {
	const char *name; /* of the action, in the audit */
	void (*run)(struct page_question *);
	unsigned needs;
} pages_actions[PAGE_WHATS] = {
	[PAGE_METHODS] = { "methods", pages_on_methods, 0 },
	[PAGE_LOGIN] = { "login", pages_on_login, 0 },
	[PAGE_ANSWERS] = { "answer", pages_on_answers, 0 },
	[PAGE_LOGOUT] = { "logout", pages_on_logout, NEEDS_USER | NEEDS_CSRF },
	[PAGE_HOME] = { "home", pages_on_home, NEEDS_USER },
	[PAGE_END] = { "end", pages_on_end, NEEDS_USER | NEEDS_CSRF },
	[PAGE_INI] = { "ini", pages_on_ini, NEEDS_USER },
	[PAGE_FILE] = { "file", pages_on_file, NEEDS_USER },
	[PAGE_ADMIN] = { "admin", pages_on_admin, NEEDS_USER | NEEDS_ADMIN },
	[PAGE_TRAFFIC] = { "traffic", pages_on_traffic,
			   NEEDS_USER | NEEDS_ADMIN },
	[PAGE_KICK] = { "kick", pages_on_kick,
			NEEDS_USER | NEEDS_CSRF | NEEDS_ADMIN },
	[PAGE_LOCK] = { "lock", pages_on_lock,
			NEEDS_USER | NEEDS_CSRF | NEEDS_ADMIN },
	[PAGE_UNLOCK] = { "unlock", pages_on_unlock,
			  NEEDS_USER | NEEDS_CSRF | NEEDS_ADMIN },
	[PAGE_WHY] = { "why", pages_on_why, NEEDS_USER | NEEDS_ADMIN },
	[PAGE_PASSWORD] = { "password", pages_on_password, NEEDS_USER },
	[PAGE_CHANGE] = { "password", pages_on_change,
			  NEEDS_USER | NEEDS_CSRF },
	[PAGE_CHANGE_ANSWERS] = { "password", pages_on_change_answers,
				  NEEDS_USER | NEEDS_CSRF },
};

/* ---- who asks ------------------------------------------------------------ */

static bool pages_is_admin(const struct page_question *q)
{
	const struct gw_conf *c = q->p->m->now.config->conf;
	const struct gw_gateway *g = q->gateway;
	const struct gw_group *group =
		g->web_admin_group ? gw_conf_group(c, g->web_admin_group) :
				     NULL;
	struct name_list groups;
	struct grant grant;
	bool is = false;

	if (!q->token || !group || !policy_counts(c, g, group) ||
	    !net_list_has(&g->web_admin_networks, &q->conn->source))
		return false;
	if (!pages_grant(q, &groups, &grant))
		is = policy_is_member(&grant, group);
	name_list_fini(&groups);
	return is;
}

/* Finds who is logged in, by the rights of now. */
static void pages_look_at_token(struct page_question *q)
{
	struct monitor *m = q->p->m;
	struct token *t = tokens_use(q->p->tokens, q->ask->token,
				     clock_now_us() / 1000);
	struct msg_right right = { .id = 1 };
	struct msg_rights_are are;

	/* A token of one gateway is none at another. */
	if (!t || strcmp(t->who.gateway, q->conn->gateway))
		return;
	snprintf(right.user, sizeof right.user, "%s", t->who.user);
	snprintf(right.gateway, sizeof right.gateway, "%s", t->who.gateway);
	memcpy(right.stamp, t->who.stamp, sizeof right.stamp);
	monitor_rights_of(m, &right, &are);
	if (are.verdict == RIGHTS_LOST) {
		tokens_drop(t);
		return;
	}
	if (are.verdict == RIGHTS_KEPT)
		snprintf(t->who.groups, sizeof t->who.groups, "%s", are.groups);
	q->token = t;
}

/* ---- questions ----------------------------------------------------------- */

/* The word for what forbids it; NULL: it may be done. */
static const char *pages_forbids(const struct page_question *q, unsigned needs)
{
	if (needs && !q->token)
		return "expired";
	if (needs & NEEDS_CSRF &&
	    !tls_same(q->token->csrf, q->ask->csrf, PAGE_TOKEN))
		return "form";
	return needs & NEEDS_ADMIN && !q->is_admin ? "denied" : NULL;
}

static void pages_ask(struct pages *p, uint32_t id,
		      const struct msg_page_ask *ask)
{
	struct page_question q = { .p = p, .id = id, .ask = ask };
	const char *why;

	q.conn = pages_conn_find(p, ask->conn);
	if (q.conn)
		q.gateway = gw_conf_gateway(p->m->now.config->conf,
					    q.conn->gateway);
	if (!q.gateway || !q.gateway->web || !pages_actions[ask->what].run) {
		pages_error(p, id, "busy");
		return;
	}
	/* Who asks again has got what was sent before. */
	q.conn->downloads[0] = 0;
	q.action = pages_actions[ask->what].name;
	pages_look_at_token(&q);
	q.is_admin = pages_is_admin(&q);
	why = pages_forbids(&q, pages_actions[ask->what].needs);
	if (!why) {
		pages_actions[ask->what].run(&q);
		return;
	}
	if (q.token)
		pages_note(&q, NULL, why);
	pages_error(p, id, why);
}

int monitor_pages_said(void *ctx, const struct msg *msg)
{
	struct monitor *m = ctx;
	struct msg_page_ask ask;
	struct page_conn *c;
	int r = msg->nfds ? ERR_PROTO : 0;

	if (!r && msg->type == MSG_PAGE_GONE) {
		c = pages_conn_find(m->pages, msg->id);
		if (c)
			pages_conn_free(c);
		return 0;
	}
	if (r || msg->type != MSG_PAGE_ASK || !msg->id)
		return ERR_PROTO;
	r = unpack_msg_page_ask(&ask, msg->data, msg->len);
	if (!r)
		pages_ask(m->pages, msg->id, &ask);
	tls_wipe(&ask, sizeof ask);
	tls_wipe((void *)(uintptr_t)msg->data, msg->len);
	return r;
}

/* ---- start and end ------------------------------------------------------- */

struct pages *monitor_pages_new(struct monitor *m)
{
	struct pages *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->m = m;
	p->tokens = tokens_new();
	p->downloads = downloads_new(m->loop);
	if (!p->tokens || !p->downloads) {
		monitor_pages_free(p);
		return NULL;
	}
	pages_logins_init(p);
	return p;
}

void monitor_pages_free(struct pages *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < PAGE_CONNS; i++)
		pages_conn_free(&p->conn[i]);
	for (size_t i = 0; i < PAGE_WAITS; i++)
		json_decref(p->wait[i].answer);
	for (size_t i = 0; i < PAGE_TRAFFICS; i++)
		json_decref(p->traffic[i].samples);
	tokens_free(p->tokens);
	downloads_free(p->downloads);
	tls_wipe(p, sizeof *p);
	free(p);
}

bool monitor_pages_are(void *ctx)
{
	const struct monitor *m = ctx;
	const struct gw_conf *c = m->now.config->conf;

	for (size_t i = 0; i < c->ngateways; i++)
		if (c->gateways[i].web)
			return true;
	return false;
}

void monitor_pages_changed(void *ctx, const char *user, const char *gateway)
{
	const struct monitor *m = ctx;

	tokens_drop_user(m->pages->tokens, user, gateway);
}

void monitor_pages_renew(struct monitor *m)
{
	downloads_read(m->pages->downloads, m->now.config->conf);
}

/* A new web process knows neither the connections nor the questions of the one
 * before. */
void monitor_pages_started(void *ctx)
{
	struct monitor *m = ctx;
	struct pages *p = m->pages;

	for (size_t i = 0; i < PAGE_CONNS; i++)
		pages_conn_free(&p->conn[i]);
	for (size_t i = 0; i < PAGE_LOGINS; i++)
		p->login[i].question = 0;
	for (size_t i = 0; i < PAGE_WAITS; i++)
		p->wait[i].question = 0;
	pages_send_languages(m);
}
