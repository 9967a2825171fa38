/* SPDX-License-Identifier: BSD-2-Clause */
/* synthetic.c - addresses that stand for names. */
#include "intercept/synthetic.h"

#include "base/err.h"
#include "base/siphash.h"

#include <stdlib.h>
#include <string.h>

enum {
	FIRST = 0xc6120000,     /* 198.18.0.0 */
	PLACES = (1 << 17) - 2, /* without the first and the last address */
	BUCKETS = 4096,
	NOWHERE = -1,
};

struct synthetic_place {
	char *name; /* or NULL */
	int next;   /* place in the same bucket, or NOWHERE */
	bool used;  /* since its turn to go came */
};

struct synthetic {
	struct sip_key key;
	struct synthetic_place *place; /* i has address FIRST + 1 + i */
	int cap;
	int next; /* is given out next */
	int bucket[BUCKETS];
};

struct synthetic *synthetic_new(void)
{
	struct synthetic *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	if (sip_key_new(&t->key)) {
		free(t);
		return NULL;
	}
	for (unsigned i = 0; i < BUCKETS; i++)
		t->bucket[i] = NOWHERE;
	return t;
}

void synthetic_free(struct synthetic *t)
{
	if (!t)
		return;
	for (int i = 0; i < t->cap; i++)
		free(t->place[i].name);
	free(t->place);
	free(t);
}

static int *synthetic_bucket_of(struct synthetic *t, const char *name)
{
	return &t->bucket[siphash(&t->key, name, strlen(name)) % BUCKETS];
}

static struct addr synthetic_address_of(int i)
{
	uint32_t v = (uint32_t)FIRST + 1 + (uint32_t)i;

	return (struct addr){ .family = AF_INET,
			      .ip = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
				      (uint8_t)(v >> 8), (uint8_t)v } };
}

static int synthetic_place_of(const struct addr *a)
{
	uint32_t v = (uint32_t)a->ip[0] << 24 | (uint32_t)a->ip[1] << 16 |
		     (uint32_t)a->ip[2] << 8 | a->ip[3];

	if (a->family != AF_INET || v <= (uint32_t)FIRST ||
	    v > (uint32_t)FIRST + PLACES)
		return NOWHERE;
	return (int)(v - (uint32_t)FIRST - 1);
}

/* Room for place i. */
static int synthetic_grow(struct synthetic *t, int i)
{
	struct synthetic_place *more;
	int cap = t->cap ? t->cap : 16;

	while (cap <= i)
		cap *= 2;
	if (cap == t->cap)
		return 0;
	more = reallocarray(t->place, (size_t)cap, sizeof *more);
	if (!more)
		return ERR_NOMEM;
	memset(more + t->cap, 0, (size_t)(cap - t->cap) * sizeof *more);
	t->place = more;
	t->cap = cap;
	return 0;
}

static void synthetic_place_clear(struct synthetic *t, int i)
{
	struct synthetic_place *p = &t->place[i];
	int *at;

	if (!p->name)
		return;
	for (at = synthetic_bucket_of(t, p->name); *at != i;
	     at = &t->place[*at].next)
		;
	*at = p->next;
	free(p->name);
	p->name = NULL;
}

static int synthetic_place_set(struct synthetic *t, int i, const char *name)
{
	char *copy = strdup(name);
	int *bucket = synthetic_bucket_of(t, name);

	if (!copy || synthetic_grow(t, i)) {
		free(copy);
		return ERR_NOMEM;
	}
	synthetic_place_clear(t, i);
	t->place[i] = (struct synthetic_place){ copy, *bucket, false };
	*bucket = i;
	t->next = (i + 1) % PLACES;
	return 0;
}

static int synthetic_find(struct synthetic *t, const char *name)
{
	int i = *synthetic_bucket_of(t, name);

	while (i != NOWHERE && strcmp(t->place[i].name, name))
		i = t->place[i].next;
	return i;
}

/* The place that is given out next.  A program may still have, and dial, the
 * address of a name that was used a short time ago: others go first. */
static int synthetic_next(struct synthetic *t)
{
	while (t->next < t->cap && t->place[t->next].used) {
		t->place[t->next].used = false;
		t->next = (t->next + 1) % PLACES;
	}
	return t->next;
}

int synthetic_get(struct synthetic *t, const char *name, struct addr *out,
		  bool *is_new)
{
	int i = synthetic_find(t, name);

	if (is_new)
		*is_new = i == NOWHERE;
	if (i == NOWHERE) {
		i = synthetic_next(t);
		if (synthetic_place_set(t, i, name))
			return ERR_NOMEM;
	} else {
		t->place[i].used = true;
	}
	*out = synthetic_address_of(i);
	return 0;
}

bool synthetic_would_replace(struct synthetic *t, const char *name)
{
	return synthetic_find(t, name) == NOWHERE && t->next < t->cap &&
	       t->place[t->next].name;
}

int synthetic_put(struct synthetic *t, const char *name, const struct addr *a)
{
	int i = synthetic_place_of(a), had = synthetic_find(t, name);

	if (i == NOWHERE || (i < t->cap && t->place[i].name))
		return ERR_INVAL;
	if (had != NOWHERE)
		synthetic_place_clear(t, had);
	return synthetic_place_set(t, i, name);
}

bool synthetic_has(const struct addr *a)
{
	return synthetic_place_of(a) != NOWHERE;
}

const char *synthetic_name(struct synthetic *t, const struct addr *a)
{
	int i = synthetic_place_of(a);

	if (i == NOWHERE || i >= t->cap)
		return NULL;
	t->place[i].used = true;
	return t->place[i].name;
}
