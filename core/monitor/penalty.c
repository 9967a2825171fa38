/* SPDX-License-Identifier: BSD-2-Clause */
/* penalty.c - how long somebody who failed has to wait. */
#include "monitor/penalty.h"

#include "base/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024 };

struct penalty_entry {
	struct list in_bucket, by_age;
	unsigned failures;
	uint64_t since; /* when the last decay was counted */
	uint64_t until;
	char key[PENALTY_KEY];
};

struct penalties {
	struct penalty_rules rules;
	struct list bucket[BUCKETS];
	struct list by_age; /* the first one failed longest ago */
	size_t n;
};

struct penalties *penalties_new(const struct penalty_rules *rules)
{
	struct penalties *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->rules = *rules;
	list_init(&p->by_age);
	for (size_t i = 0; i < BUCKETS; i++)
		list_init(&p->bucket[i]);
	return p;
}

static void penalty_drop(struct penalties *p, struct penalty_entry *e)
{
	list_remove(&e->in_bucket);
	list_remove(&e->by_age);
	free(e);
	p->n--;
}

void penalties_free(struct penalties *p)
{
	if (!p)
		return;
	while (!list_is_empty(&p->by_age))
		penalty_drop(p, list_first(&p->by_age, struct penalty_entry,
					   by_age));
	free(p);
}

/* FNV-1a; long chains are bounded by the number of keys. */
static struct list *bucket_of(struct penalties *p, const char *key)
{
	uint32_t h = 2166136261u;

	for (; *key; key++)
		h = (h ^ (uint8_t)*key) * 16777619u;
	return &p->bucket[h % BUCKETS];
}

static void decay(const struct penalties *p, struct penalty_entry *e,
		  uint64_t now)
{
	uint64_t steps = (now - e->since) / p->rules.decay_ms;

	e->since += steps * p->rules.decay_ms;
	e->failures -= (unsigned)MIN(steps, (uint64_t)e->failures);
}

/* The entry of a key, without the failures that time has taken away; NULL: none
 * counts any more. */
static struct penalty_entry *penalty_find(struct penalties *p, const char *key,
					  uint64_t now)
{
	struct list *b = bucket_of(p, key), *n, *t;

	list_each (n, t, b) {
		struct penalty_entry *e = list_entry(n, struct penalty_entry,
						     in_bucket);

		if (strcmp(e->key, key))
			continue;
		decay(p, e, now);
		if (e->failures || e->until > now)
			return e;
		penalty_drop(p, e);
		return NULL;
	}
	return NULL;
}

uint32_t penalty_wait(struct penalties *p, const char *key, uint64_t now)
{
	const struct penalty_entry *e = penalty_find(p, key, now);

	return e && e->until > now ? (uint32_t)(e->until - now) : 0;
}

unsigned penalty_count(struct penalties *p, const char *key, uint64_t now)
{
	const struct penalty_entry *e = penalty_find(p, key, now);

	return e ? e->failures : 0;
}

static uint32_t wait_after(const struct penalty_rules *r, unsigned failures)
{
	uint64_t ms = r->first_ms;

	if (failures <= r->free)
		return 0;
	for (unsigned i = r->free + 1; i < failures && ms < r->most_ms; i++)
		ms *= 2;
	return (uint32_t)MIN(ms, (uint64_t)r->most_ms);
}

/* When time will have taken away all of its failures. */
static uint64_t forgiven_at(const struct penalties *p,
			    const struct penalty_entry *e)
{
	return e->since + (uint64_t)e->failures * p->rules.decay_ms;
}

/* The one that would be the first to be forgiven. */
static struct penalty_entry *least(struct penalties *p)
{
	struct penalty_entry *found = list_first(&p->by_age,
						 struct penalty_entry, by_age);
	struct list *n, *t;

	list_each (n, t, &p->by_age) {
		struct penalty_entry *e = list_entry(n, struct penalty_entry,
						     by_age);

		if (forgiven_at(p, e) < forgiven_at(p, found))
			found = e;
	}
	return found;
}

/* Makes room in a full table: one entry goes, and the new one begins with the
 * failures that it had.  So an attacker with many addresses or names cannot
 * have the failures of one of them forgotten; the price is that newcomers have
 * failures of others as long as that goes on. */
static unsigned make_place(struct penalties *p, uint64_t now)
{
	struct penalty_entry *gone;
	unsigned failures;

	if (p->n < p->rules.most_keys)
		return 0;
	gone = least(p);
	decay(p, gone, now);
	failures = gone->failures;
	penalty_drop(p, gone);
	return failures;
}

static struct penalty_entry *penalty_add(struct penalties *p, const char *key,
					 uint64_t now)
{
	struct penalty_entry *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	e->failures = make_place(p, now);
	snprintf(e->key, sizeof e->key, "%s", key);
	e->since = now;
	list_append(bucket_of(p, e->key), &e->in_bucket);
	list_append(&p->by_age, &e->by_age);
	p->n++;
	return e;
}

uint32_t penalty_fail(struct penalties *p, const char *key, uint64_t now)
{
	struct penalty_entry *e = penalty_find(p, key, now);
	uint32_t ms;

	if (!e)
		e = penalty_add(p, key, now);
	if (!e)
		return p->rules.most_ms;
	/* Failures above the longest wait would only take longer to decay. */
	if (wait_after(&p->rules, e->failures) < p->rules.most_ms)
		e->failures++;
	ms = wait_after(&p->rules, e->failures);
	e->since = now;
	e->until = now + ms;
	list_move(&p->by_age, &e->by_age);
	return ms;
}

void penalty_forget(struct penalties *p, const char *key)
{
	struct list *b = bucket_of(p, key), *n, *t;

	list_each (n, t, b) {
		struct penalty_entry *e = list_entry(n, struct penalty_entry,
						     in_bucket);

		if (strcmp(e->key, key) == 0) {
			penalty_drop(p, e);
			return;
		}
	}
}

void penalties_each(struct penalties *p, uint64_t now,
		    void (*fn)(void *ctx, const struct penalty *), void *ctx)
{
	struct list *n, *t;

	list_each (n, t, &p->by_age) {
		struct penalty_entry *e = list_entry(n, struct penalty_entry,
						     by_age);
		struct penalty one = { .key = e->key };

		decay(p, e, now);
		one.failures = e->failures;
		one.wait_ms = e->until > now ? (uint32_t)(e->until - now) : 0;
		if (one.failures || one.wait_ms)
			fn(ctx, &one);
	}
}

void penalty_put(struct penalties *p, const struct penalty *one, uint64_t now)
{
	uint64_t forgiven = one->age_ms / p->rules.decay_ms;
	unsigned failures = one->failures -
			    (unsigned)MIN(forgiven, (uint64_t)one->failures);
	uint64_t wait = MIN(one->wait_ms, p->rules.most_ms);
	struct penalty_entry *e;

	wait -= MIN(wait, one->age_ms);
	if (strlen(one->key) >= PENALTY_KEY || (!failures && !wait) ||
	    penalty_find(p, one->key, now))
		return;
	e = penalty_add(p, one->key, now);
	if (!e)
		return;
	while (e->failures < failures &&
	       wait_after(&p->rules, e->failures) < p->rules.most_ms)
		e->failures++;
	e->until = now + wait;
}
