/* SPDX-License-Identifier: BSD-2-Clause */
/* page_ask.c - questions to the monitor by who is logged in. */
#include "web/page_ask.h"

#include <stdio.h>
#include <string.h>

void ask_begin(const struct visit *v, struct msg_page_ask *a,
	       enum page_what what)
{
	a->what = (uint8_t)what;
	memcpy(a->token, v->token, sizeof a->token);
	if (!token_read(a->csrf, form_get(&v->form, "csrf")))
		memset(a->csrf, 0, sizeof a->csrf);
}

void ask_add(struct msg_page_ask *a, const char *text)
{
	snprintf(a->text[a->n++], ANSWER_MAX, "%.*s", ANSWER_MAX - 1, text);
}

bool ask_home(const struct visit *v, struct msg_page_ask *a)
{
	ask_begin(v, a, PAGE_HOME);
	return true;
}

bool ask_nothing(const struct visit *v, struct msg_page_ask *a)
{
	(void)v;
	(void)a;
	return false;
}

void response_remember(struct response *r, const json_t *answer)
{
	snprintf(r->cookie, sizeof r->cookie,
		 PAGE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict",
		 json_text(answer, "token"));
}

void response_forget(struct response *r)
{
	snprintf(r->cookie, sizeof r->cookie,
		 PAGE_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; "
			     "Max-Age=0");
}
