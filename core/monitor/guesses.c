/* SPDX-License-Identifier: BSD-2-Clause */
/* guesses.c - who has to wait before a password is looked at, and who comes
 * first. */
#include "monitor/guesses.h"

#include "base/err.h"

#include <stdio.h>
#include <string.h>

enum {
	KEYS_MAX = 4096,
	CLEAN_FAILURES = 1, /* of one address that are forgiven: a slip */
	NET_FAILURES = 16,  /* of a whole network, likewise */
	MINUTE_MS = 60 * 1000,
	HOUR_MS = 60 * MINUTE_MS,
};

/* The user, or a neighbour behind the same address. */
static const struct penalty_rules of_pair = {
	.free = 3,
	.first_ms = 500,
	.most_ms = 4000,
	.decay_ms = MINUTE_MS,
	.most_keys = KEYS_MAX,
};

/* Each of a crowd of sources gets in here twice an hour: quick enough for
 * somebody who is away from home, and slow for a crowd. */
static const struct penalty_rules of_clean = {
	.free = 8,
	.first_ms = 250,
	.most_ms = 500,
	.decay_ms = 10 * 1000,
	.most_keys = KEYS_MAX,
};

static const struct penalty_rules of_other = {
	.free = 0,
	.first_ms = 1000,
	.most_ms = GUESS_WAIT_MS,
	.decay_ms = 5 * MINUTE_MS,
	.most_keys = KEYS_MAX,
};

/* Behind one address there may be an office of people who mistype. */
static const struct penalty_rules of_source = {
	.free = 5,
	.first_ms = 1000,
	.most_ms = GUESS_WAIT_MS,
	.decay_ms = 5 * MINUTE_MS,
	.most_keys = KEYS_MAX,
};

/* These two count only: nobody waits for a neighbour. */
static const struct penalty_rules of_sources = {
	.free = 2 * CLEAN_FAILURES,
	.first_ms = 1,
	.most_ms = 4,
	.decay_ms = HOUR_MS,
	.most_keys = KEYS_MAX,
};

static const struct penalty_rules of_nets = {
	.free = NET_FAILURES,
	.first_ms = 1,
	.most_ms = 64,
	.decay_ms = 5 * MINUTE_MS,
	.most_keys = KEYS_MAX,
};

int guesses_init(struct guesses *g)
{
	g->known = known_new();
	g->by_pair = penalties_new(&of_pair);
	g->by_user[LINE_KNOWN] = NULL;
	g->by_user[LINE_CLEAN] = penalties_new(&of_clean);
	g->by_user[LINE_OTHER] = penalties_new(&of_other);
	g->by_source = penalties_new(&of_source);
	g->sources = penalties_new(&of_sources);
	g->nets = penalties_new(&of_nets);
	return g->known && g->by_pair && g->by_user[LINE_CLEAN] &&
			       g->by_user[LINE_OTHER] && g->by_source &&
			       g->sources && g->nets ?
		       0 :
		       ERR_NOMEM;
}

void guesses_fini(struct guesses *g)
{
	known_free(g->known);
	penalties_free(g->by_pair);
	for (int i = 0; i < LINES; i++)
		penalties_free(g->by_user[i]);
	penalties_free(g->by_source);
	penalties_free(g->sources);
	penalties_free(g->nets);
}

/* ---- one try ------------------------------------------------------------- */

/* The network of so many bytes that an address is in. */
static void net_text(const struct addr *source, unsigned bytes,
		     char dst[KNOWN_SOURCE])
{
	struct addr a = *source;
	char text[ADDR_TEXT];

	a.scope = 0;
	memset(a.ip + bytes, 0, sizeof a.ip - bytes);
	snprintf(dst, KNOWN_SOURCE, "%s", addr_host(&a, text));
}

static struct known_place guess_place(const struct guess *g, uint64_t today)
{
	return (struct known_place){ g->user, g->source, today };
}

void guess_make(struct guesses *all, const struct guess_try *t, struct guess *g)
{
	bool v6 = t->source->family == AF_INET6;
	struct known_place at;

	*g = (struct guess){ .line = LINE_OTHER };
	snprintf(g->user, sizeof g->user, "%s/%s", t->gateway, t->user);
	net_text(t->source, v6 ? 8 : 4, g->source);
	net_text(t->source, v6 ? 6 : 3, g->net);
	snprintf(g->pair, sizeof g->pair, "%.45s %.143s", g->source, g->user);
	at = guess_place(g, t->today);
	g->known = known_has(all->known, &at);
}

/* The table whose failures this one waits for. */
static struct penalties *table_of(const struct guesses *all,
				  const struct guess *g, const char **key)
{
	*key = g->line == LINE_KNOWN ? g->pair : g->user;
	return g->line == LINE_KNOWN ? all->by_pair : all->by_user[g->line];
}

void guess_look(struct guesses *all, struct guess *g, uint64_t now)
{
	unsigned own = penalty_count(all->sources, g->source, now);
	unsigned near = penalty_count(all->nets, g->net, now);
	struct penalties *table;
	uint32_t source = 0;
	const char *key;

	g->failures = own + near;
	if (g->known)
		g->line = LINE_KNOWN;
	else if (own <= CLEAN_FAILURES && near <= NET_FAILURES)
		g->line = LINE_CLEAN;
	else
		g->line = LINE_OTHER;
	table = table_of(all, g, &key);
	if (!g->known)
		source = penalty_wait(all->by_source, g->source, now);
	g->wait_ms = MAX(source, penalty_wait(table, key, now));
	g->alone = penalty_count(table, key, now) || (!g->known && own);
}

bool guess_before(const struct guess *a, const struct guess *b)
{
	return a->line != b->line ?
		       a->line < b->line :
		       a->line != LINE_KNOWN && a->failures < b->failures;
}

bool guess_concerns(const struct guess *a, const struct guess *b)
{
	if (a->known || b->known)
		return a->known && b->known && !strcmp(a->pair, b->pair);
	return !strcmp(a->source, b->source) ||
	       (a->line == b->line && !strcmp(a->user, b->user));
}

uint32_t guess_wrong(struct guesses *all, struct guess *g, uint64_t now)
{
	const char *key;
	struct penalties *table = table_of(all, g, &key);

	penalty_fail(table, key, now);
	penalty_fail(all->by_source, g->source, now);
	penalty_fail(all->sources, g->source, now);
	penalty_fail(all->nets, g->net, now);
	guess_look(all, g, now);
	return g->wait_ms;
}

/* What others have failed at stays: a user who logs in buys them no guesses. */
void guess_right(struct guesses *all, struct guess *g, uint64_t today)
{
	struct known_place at = guess_place(g, today);

	known_add(all->known, &at);
	penalty_forget(all->by_pair, g->pair);
	g->known = true;
}
