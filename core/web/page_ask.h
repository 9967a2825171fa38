/* SPDX-License-Identifier: BSD-2-Clause */
/* page_ask.h - questions to the monitor by who is logged in. */
#ifndef ADIT_WEB_PAGE_ASK_H
#define ADIT_WEB_PAGE_ASK_H

#include "web/page.h"

/* A question with the visit's token, and the CSRF token of its form. */
void ask_begin(const struct visit *, struct msg_page_ask *, enum page_what);
/* One more text, cut if it is too long. */
void ask_add(struct msg_page_ask *, const char *text);
/* Those of struct web_route: what the first page shows; nothing at all. */
bool ask_home(const struct visit *, struct msg_page_ask *);
bool ask_nothing(const struct visit *, struct msg_page_ask *);
/* The browser is to keep the token of an answer. */
void response_remember(struct response *, const json_t *answer);
/* The browser is to forget who is logged in. */
void response_forget(struct response *);

#endif
