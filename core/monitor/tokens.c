/* SPDX-License-Identifier: BSD-2-Clause */
/* tokens.c - who is logged in on the web pages. */
#include "monitor/tokens.h"

#include "tls/tls.h"

#include <stdlib.h>
#include <string.h>

struct tokens {
	struct token item[TOKENS_MAX];
};

struct tokens *tokens_new(void)
{
	return calloc(1, sizeof(struct tokens));
}

void tokens_free(struct tokens *t)
{
	if (t)
		tls_wipe(t, sizeof *t);
	free(t);
}

void tokens_drop(struct token *k)
{
	tls_wipe(k, sizeof *k);
}

void tokens_drop_user(struct tokens *t, const char *user, const char *gateway)
{
	for (size_t i = 0; i < TOKENS_MAX; i++) {
		struct token *k = &t->item[i];

		if (!strcmp(k->who.user, user) &&
		    !strcmp(k->who.gateway, gateway))
			tokens_drop(k);
	}
}

/* Drops it where its time is over. */
static bool token_lives(struct token *k, uint64_t now_ms)
{
	if (k->used_ms && (now_ms - k->used_ms > TOKEN_IDLE_MS ||
			   now_ms - k->since_ms > TOKEN_LIFE_MS))
		tokens_drop(k);
	return k->used_ms != 0;
}

static bool token_is_of(const struct token *k, const struct page_user *who)
{
	return !strcmp(k->who.user, who->user) &&
	       !strcmp(k->who.gateway, who->gateway);
}

/* The place for one more of this user: of those of the user if there are
 * enough, else of all. */
static struct token *token_place(struct tokens *t, const struct page_user *who,
				 uint64_t now_ms)
{
	struct token *own = NULL, *any = &t->item[0];
	unsigned n = 0;

	for (size_t i = 0; i < TOKENS_MAX; i++) {
		struct token *k = &t->item[i];

		if (token_lives(k, now_ms) && token_is_of(k, who)) {
			n++;
			if (!own || k->used_ms < own->used_ms)
				own = k;
		}
		if (k->used_ms < any->used_ms)
			any = k;
	}
	return n >= TOKENS_PER_USER ? own : any;
}

struct token *tokens_add(struct tokens *t, const struct page_user *who,
			 uint64_t now_ms)
{
	struct token *k = token_place(t, who, now_ms);

	tls_random(k->id, sizeof k->id);
	tls_random(k->csrf, sizeof k->csrf);
	k->who = *who;
	k->since_ms = k->used_ms = now_ms ? now_ms : 1;
	return k;
}

/* Looks at all of them, so that the time says nothing about any. */
struct token *tokens_use(struct tokens *t, const uint8_t id[PAGE_TOKEN],
			 uint64_t now_ms)
{
	struct token *found = NULL;

	for (size_t i = 0; i < TOKENS_MAX; i++)
		if (token_lives(&t->item[i], now_ms) &&
		    tls_same(t->item[i].id, id, PAGE_TOKEN))
			found = &t->item[i];
	if (found)
		found->used_ms = now_ms;
	return found;
}

unsigned tokens_count(struct tokens *t, uint64_t now_ms)
{
	unsigned n = 0;

	for (size_t i = 0; i < TOKENS_MAX; i++)
		n += token_lives(&t->item[i], now_ms);
	return n;
}
