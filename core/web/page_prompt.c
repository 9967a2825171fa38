/* SPDX-License-Identifier: BSD-2-Clause */
/* page_prompt.c - forms for secrets and for the prompts of a login. */
#include "web/page_prompt.h"

#include <stdio.h>
#include <string.h>

void page_input(struct web_page *p, const struct page_input *i)
{
	html(p->h,
	     "<p><label for=\"%s\">%s</label><br>\n"
	     "<input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\" "
	     "maxlength=\"1000\"",
	     i->name, i->label, i->name, i->name, i->type, i->complete);
	if (i->needed)
		html(p->h, " required");
	if (i->first)
		html(p->h, " autofocus");
	html(p->h, "></p>\n");
}

void page_whose(struct web_page *p, enum text what, const char *user)
{
	html(p->h,
	     "<p>%s <strong>%s</strong></p>\n"
	     "<input class=\"away\" name=\"user\" value=\"%s\" "
	     "autocomplete=\"username\" aria-label=\"%s\" tabindex=\"-1\" "
	     "readonly>\n",
	     page_text(p, what), user, user, page_text(p, TEXT_USER));
}

const char *page_said(const struct web_page *p, const char *text)
{
	const char *own = lang_translate(p->v->lang, text);

	return own ? own : text;
}

/* What a browser may fill in: the first secret is a password, unless a form has
 * asked for that before; behind a login that was right it is a new one. */
static const char *prompt_complete(const json_t *answer, const json_t *one,
				   bool is_first)
{
	if (json_is_true(json_object_get(one, "echo")))
		return "off";
	if (json_is_true(json_object_get(answer, "fresh")))
		return "new-password";
	return is_first && json_is_true(json_object_get(answer, "first")) ?
		       "current-password" :
		       "one-time-code";
}

static void page_prompt(struct web_page *p, const json_t *answer,
			const json_t *one, size_t i)
{
	bool echo = json_is_true(json_object_get(one, "echo"));
	char name[24];
	const struct page_input in = { name,
				       page_said(p, json_text(one, "text")),
				       echo ? "text" : "password",
				       prompt_complete(answer, one, !i),
				       .first = !i };

	snprintf(name, sizeof name, "a%zu", i);
	page_input(p, &in);
}

void page_prompts(struct web_page *p, const json_t *answer)
{
	const char *info = json_text(answer, "info");
	const json_t *one;
	size_t i;

	if (*info)
		html(p->h, "<p>%s</p>\n", page_said(p, info));
	html(p->h, "<input type=\"hidden\" name=\"login\" value=\"%s\">\n",
	     json_text(answer, "login"));
	json_array_foreach(json_object_get(answer, "prompts"), i, one)
		page_prompt(p, answer, one, i);
	html(p->h, "<p><button>%s</button></p>\n</form>\n",
	     page_text(p, TEXT_CONTINUE));
}

/* A browser sends an empty answer for an input that is not filled in. */
void ask_add_answers(const struct visit *v, struct msg_page_ask *a)
{
	char name[24];

	if (!token_read(a->login, form_get(&v->form, "login")))
		memset(a->login, 0, sizeof a->login);
	for (unsigned i = 0; i < v->form.n; i++)
		a->n += v->form.field[i].name[0] == 'a';
	a->n = MIN(a->n, (unsigned)PROMPT_MAX);
	for (unsigned i = 0; i < a->n; i++) {
		snprintf(name, sizeof name, "a%u", i);
		snprintf(a->text[i], sizeof a->text[i], "%.*s", ANSWER_MAX - 1,
			 form_get(&v->form, name));
	}
}
