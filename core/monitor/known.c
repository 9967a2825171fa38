/* SPDX-License-Identifier: BSD-2-Clause */
/* known.c - from where users have logged in lately. */
#include "monitor/known.h"

#include "base/list.h"
#include "base/siphash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	LIFE_S = KNOWN_DAYS * 24 * 60 * 60,
	BUCKETS = 4096, /* a power of two */
};

struct known_entry {
	struct list node;   /* in known.places */
	struct list beside; /* in its user's bucket */
	uint64_t at;
	char user[KNOWN_USER], source[KNOWN_SOURCE];
};

/* Both kinds of list are sorted by time, the oldest first. */
struct known {
	struct list places;
	struct list bucket[BUCKETS]; /* by the hash of the user's name */
	struct sip_key hash;
	size_t n;
};

struct known *known_new(void)
{
	struct known *k = calloc(1, sizeof *k);

	if (!k || sip_key_new(&k->hash)) {
		free(k);
		return NULL;
	}
	list_init(&k->places);
	for (size_t i = 0; i < BUCKETS; i++)
		list_init(&k->bucket[i]);
	return k;
}

static struct list *known_bucket(struct known *k, const char *user)
{
	return &k->bucket[siphash(&k->hash, user, strlen(user)) % BUCKETS];
}

static void known_drop(struct known *k, struct known_entry *p)
{
	list_remove(&p->node);
	list_remove(&p->beside);
	free(p);
	k->n--;
}

void known_free(struct known *k)
{
	if (!k)
		return;
	while (k->n)
		known_drop(k, list_first(&k->places, struct known_entry, node));
	free(k);
}

static struct known_entry *known_find(struct known *k,
				      const struct known_place *like)
{
	struct list *n, *t;

	list_each (n, t, known_bucket(k, like->user)) {
		struct known_entry *p = list_entry(n, struct known_entry,
						   beside);

		if (!strcmp(p->user, like->user) &&
		    !strcmp(p->source, like->source))
			return p;
	}
	return NULL;
}

/* Whether the last login there is too long ago.  A clock that was set back
 * makes nothing older. */
bool known_has(struct known *k, const struct known_place *at)
{
	struct known_entry *p = known_find(k, at);

	if (p && at->at > p->at + LIFE_S) {
		known_drop(k, p);
		p = NULL;
	}
	return p;
}

/* What makes room for another place: the oldest one of the user, if that user
 * has the most that one may have, else the oldest one of all. */
static void known_make_room(struct known *k, const char *user)
{
	struct known_entry *oldest = NULL;
	struct list *n, *t;
	unsigned count = 0;

	list_each (n, t, known_bucket(k, user)) {
		struct known_entry *p = list_entry(n, struct known_entry,
						   beside);

		if (strcmp(p->user, user))
			continue;
		oldest = oldest ? oldest : p;
		count++;
	}
	if (count >= KNOWN_PER_USER)
		known_drop(k, oldest);
	else if (k->n >= KNOWN_MAX)
		known_drop(k, list_first(&k->places, struct known_entry, node));
}

void known_add(struct known *k, const struct known_place *at)
{
	struct known_entry *p = known_find(k, at);

	if (strlen(at->user) >= KNOWN_USER ||
	    strlen(at->source) >= KNOWN_SOURCE)
		return;
	if (!p) {
		known_make_room(k, at->user);
		p = calloc(1, sizeof *p);
		if (!p)
			return;
		snprintf(p->user, sizeof p->user, "%s", at->user);
		snprintf(p->source, sizeof p->source, "%s", at->source);
		list_init(&p->node);
		list_init(&p->beside);
		k->n++;
	}
	p->at = at->at;
	list_move(&k->places, &p->node);
	list_move(known_bucket(k, p->user), &p->beside);
}

void known_each(const struct known *k,
		void (*fn)(void *ctx, const struct known_place *), void *ctx)
{
	struct list *n, *t;

	list_each (n, t, &k->places) {
		const struct known_entry *p = list_entry(n, struct known_entry,
							 node);
		struct known_place one = { p->user, p->source, p->at };

		fn(ctx, &one);
	}
}
