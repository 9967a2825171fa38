/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens.h - who is logged in on the web pages: for each login a random token,
 * which the browser keeps in a cookie, with two time limits. */
#ifndef ADIT_MONITOR_TOKENS_H
#define ADIT_MONITOR_TOKENS_H

#include "process/msg_page.h"

enum {
	TOKENS_MAX = 1024,
	TOKENS_PER_USER = 8, /* at a gateway; the one goes that was idle for
			      * longest */
	TOKEN_IDLE_MS = 15 * 60 * 1000,
	TOKEN_LIFE_MS = 8 * 60 * 60 * 1000,
};

struct page_user {
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	char groups[1024]; /* "a,b": of the login, then of each look at it */
	uint8_t stamp[STAMP_LEN];
};

struct token {
	uint8_t id[PAGE_TOKEN], csrf[PAGE_TOKEN]; /* secrets */
	struct page_user who;
	uint64_t since_ms, used_ms; /* used_ms 0: the place is free */
};

struct tokens;
MUST_CHECK struct tokens *tokens_new(void); /* NULL: no memory */
void tokens_free(struct tokens *);
/* A new one.  Where all places are taken, the one that was idle for longest
 * goes. */
struct token *tokens_add(struct tokens *, const struct page_user *,
			 uint64_t now_ms);
/* The one with this id, whose idle time starts anew.  NULL: there is none, or
 * not any more. */
struct token *tokens_use(struct tokens *, const uint8_t id[PAGE_TOKEN],
			 uint64_t now_ms);
void tokens_drop(struct token *);
/* All of this user at this gateway. */
void tokens_drop_user(struct tokens *, const char *user, const char *gateway);
/* How many there are now. */
unsigned tokens_count(struct tokens *, uint64_t now_ms);

#endif
