/* SPDX-License-Identifier: BSD-2-Clause */
/* page_login.c - the pages for who is not logged in yet: the login with as many
 * rounds of prompts as the gateway asks for, the language, the style sheet. */
#include "web/page_ask.h"
#include "web/page_prompt.h"

#include <stdio.h>
#include <string.h>

/* ---- login --------------------------------------------------------------- */

static bool methods_ask(const struct visit *v, struct msg_page_ask *a)
{
	(void)v;
	a->what = PAGE_METHODS;
	return true;
}

/* A browser chooses its certificate before there is a page: this one can only
 * say how to come back with one. */
static void login_impossible(struct web_page *p)
{
	html(p->h,
	     "<p role=\"alert\">%s</p>\n<p>%s</p>\n"
	     "<p><a class=\"button\" href=\"/login\">%s</a></p>\n",
	     page_text(p, TEXT_CERTIFICATE_MISSING),
	     page_text(p, TEXT_CERTIFICATE_HOW), page_text(p, TEXT_AGAIN));
}

static void login_form(struct web_page *p, const json_t *answer)
{
	bool password = json_is_true(json_object_get(answer, "password"));
	bool shown = *json_text(answer, "certificate");
	const struct page_input user = { "user",     page_text(p, TEXT_USER),
					 "text",     "username",
					 .first = 1, .needed = 1 };
	const struct page_input secret = { "password",
					   page_text(p, TEXT_SECRET),
					   "password", "current-password",
					   .needed = 1 };

	html(p->h, "<p>%s</p>\n<form method=\"post\" action=\"/login\">\n",
	     page_text(p, shown ? TEXT_CERTIFICATE_SHOWN : TEXT_LOG_IN_HELP));
	page_input(p, &user);
	if (password)
		page_input(p, &secret);
	html(p->h, "<p><button>%s</button></p>\n</form>\n",
	     page_text(p, password ? TEXT_LOG_IN : TEXT_CONTINUE));
}

static void login_show(const struct visit *v, const json_t *answer,
		       struct response *r)
{
	struct web_page p = page_begin(v, NULL, TEXT_LOG_IN, r);

	if (!strcmp(json_text(answer, "certificate"), "missing"))
		login_impossible(&p);
	else
		login_form(&p, answer);
	page_end(&p);
}

static bool form_has(const struct web_form *f, const char *name)
{
	for (unsigned i = 0; i < f->n; i++)
		if (!strcmp(f->field[i].name, name))
			return true;
	return false;
}

static bool login_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_LOGIN);
	a->n = form_has(&v->form, "password");
	snprintf(a->user, sizeof a->user, "%.*s", USER_MAX - 1,
		 form_get(&v->form, "user"));
	snprintf(a->text[0], sizeof a->text[0], "%.*s", ANSWER_MAX - 1,
		 form_get(&v->form, "password"));
	return true;
}

/* The next round: the prompts that a login's method has. */
static void login_prompts(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, NULL, TEXT_LOG_IN, r);

	html(p.h, "<form method=\"post\" action=\"/login/answer\">\n");
	page_whose(&p, TEXT_LOGGING_IN_AS, json_text(answer, "user"));
	page_prompts(&p, answer);
	page_end(&p);
}

/* What follows a round: the next one, or the user's pages. */
static void login_next(const struct visit *v, const json_t *answer,
		       struct response *r)
{
	if (*json_text(answer, "login")) {
		login_prompts(v, answer, r);
		return;
	}
	response_remember(r, answer);
	page_go(r, "/");
}

static bool login_answers_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_ANSWERS);
	ask_add_answers(v, a);
	return true;
}

/* ---- the others ---------------------------------------------------------- */

static void language_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	const char *code = form_get(&v->form, "language");

	(void)answer;
	page_go(r, "/");
	for (unsigned i = 0; i < v->langs->n; i++)
		if (!strcmp(v->langs->code[i], code))
			snprintf(r->cookie, sizeof r->cookie,
				 PAGE_LANGUAGE "=%s; Path=/; Secure; HttpOnly; "
					       "SameSite=Strict; "
					       "Max-Age=31536000",
				 v->langs->code[i]);
}

static void style_show(const struct visit *v, const json_t *answer,
		       struct response *r)
{
	(void)v;
	(void)answer;
	r->status = 200;
	r->type = "text/css; charset=utf-8";
	r->is_public = true;
	r->body.failed |= buf_append(&r->body.out, style_css,
				     strlen(style_css)) != 0;
}

const struct web_route routes_login[] = {
	{ "/login", false, methods_ask, login_show, "/" },
	{ "/login", true, login_ask, login_next, "/login" },
	{ "/login/answer", true, login_answers_ask, login_next, "/login" },
	{ "/language", true, ask_nothing, language_show, "/" },
	{ "/style.css", false, ask_nothing, style_show, "/" },
	{ .path = NULL },
};
