/* SPDX-License-Identifier: BSD-2-Clause */
/* page_prompt.h - forms for secrets and for the prompts of a login. */
#ifndef ADIT_WEB_PAGE_PROMPT_H
#define ADIT_WEB_PAGE_PROMPT_H

#include "web/page.h"

/* A label, and an input of this type. */
struct page_input {
	const char *name, *label, *type, *complete;
	bool first;  /* gets the focus */
	bool needed; /* empty is no answer */
};
void page_input(struct web_page *, const struct page_input *);
/* Whose secrets they are: for who reads, and for the browser's passwords, which
 * go by a user's name. */
void page_whose(struct web_page *, enum text what, const char *user);
/* The prompts of an answer, and the form's end; its begin is the caller's. */
void page_prompts(struct web_page *, const json_t *answer);
/* A text of the gateway, in the language of the page if that has it. */
const char *page_said(const struct web_page *, const char *text);

/* Adds what was typed there to a question. */
void ask_add_answers(const struct visit *, struct msg_page_ask *);

#endif
