/* SPDX-License-Identifier: BSD-2-Clause */
/* page_password.c - the pages for another password: the present one is asked
 * for, then what else the login needs, then the new one. */
#include "web/page_ask.h"
#include "web/page_prompt.h"

static bool password_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_PASSWORD);
	return true;
}

static void password_show(const struct visit *v, const json_t *answer,
			  struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_PASSWORD, r);
	const struct page_input secret = {
		"password", page_text(&p, TEXT_PASSWORD_NOW),
		"password", "current-password",
		.first = 1, .needed = 1
	};

	html(p.h, "<p>%s</p>\n", page_text(&p, TEXT_PASSWORD_HELP));
	page_form(&p, "/password");
	page_whose(&p, TEXT_PASSWORD_OF, json_text(answer, "user"));
	page_input(&p, &secret);
	html(p.h, "<p><button>%s</button></p>\n</form>\n",
	     page_text(&p, TEXT_CONTINUE));
	page_end(&p);
}

static bool change_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_CHANGE);
	ask_add(a, form_get(&v->form, "password"));
	return true;
}

static bool change_answers_ask(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_CHANGE_ANSWERS);
	ask_add_answers(v, a);
	return true;
}

/* The next round; or the password is changed, and the browser gets a token of
 * the new one. */
static void change_next(const struct visit *v, const json_t *answer,
			struct response *r)
{
	struct web_page p;

	if (!*json_text(answer, "login")) {
		response_remember(r, answer);
		page_go(r, "/password/done");
		return;
	}
	p = page_begin(v, answer, TEXT_PASSWORD, r);
	page_form(&p, "/password/answer");
	page_whose(&p, TEXT_PASSWORD_OF, json_text(answer, "user"));
	page_prompts(&p, answer);
	page_end(&p);
}

static void done_show(const struct visit *v, const json_t *answer,
		      struct response *r)
{
	struct web_page p = page_begin(v, answer, TEXT_PASSWORD, r);

	html(p.h, "<p role=\"status\">%s</p>\n",
	     page_text(&p, TEXT_PASSWORD_DONE));
	page_end(&p);
}

const struct web_route routes_password[] = {
	{ "/password", false, password_ask, password_show, "/" },
	{ "/password", true, change_ask, change_next, "/password" },
	{ "/password/answer", true, change_answers_ask, change_next,
	  "/password" },
	{ "/password/done", false, password_ask, done_show, "/" },
	{ .path = NULL },
};
