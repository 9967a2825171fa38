/* SPDX-License-Identifier: BSD-2-Clause */
/* quota.c - what one user may have of the worker. */
#include "gateway/quota.h"

#include "base/list.h"
#include "base/siphash.h"
#include "channel/budget.h"
#include "gateway/rates.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US UINT64_C(1000000)
#define TELL_US (60 * SECOND_US)

enum { BUCKETS = 256 };

/* All users of one virtual gateway; kept for as long as the process lives. */
struct quota_gateway {
	struct list node;
	unsigned most, used; /* most 0: any number */
	char name[];
};

struct quotas {
	pthread_mutex_t lock;       /* of everything here */
	struct list users[BUCKETS]; /* struct quota.node, by `who` */
	unsigned swept;             /* lists that quota_sweep looked at */
	struct list gateways;       /* struct quota_gateway.node */
	unsigned places, used;
	uint64_t told[QUOTA_NEWS_ALL];
	struct rates *rates; /* which have a lock of their own */
};

struct quota {
	struct list node;
	struct quotas *all;
	struct quota_gateway *gateway;
	unsigned refs, used;
	uint64_t full_us; /* when the bucket will be full again */
	struct budget_pool memory;
	struct {
		uint64_t told_us; /* 0: never */
		unsigned n;
	} news[QUOTA_NEWS_ALL];
	char who[];
};

struct quotas *quotas_new(unsigned places)
{
	struct quotas *all = calloc(1, sizeof *all);

	if (all)
		all->rates = rates_new();
	if (!all || !all->rates) {
		free(all);
		return NULL;
	}
	pthread_mutex_init(&all->lock, NULL);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&all->users[i]);
	list_init(&all->gateways);
	all->places = places;
	return all;
}

static void quota_free(struct quota *q)
{
	list_remove(&q->node);
	free(q);
}

void quotas_free(struct quotas *all)
{
	if (!all)
		return;
	for (unsigned i = 0; i < BUCKETS; i++)
		while (!list_is_empty(&all->users[i]))
			quota_free(
				list_first(&all->users[i], struct quota, node));
	while (!list_is_empty(&all->gateways)) {
		struct quota_gateway *g = list_first(
			&all->gateways, struct quota_gateway, node);

		list_remove(&g->node);
		free(g);
	}
	rates_free(all->rates);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

struct rates *quotas_rates(struct quotas *all)
{
	return all->rates;
}

/* ---- users come and go ------------------------------------------------ */

/* Whoever logs out and in again has no fuller bucket than before. */
static bool quota_is_stale(const struct quota *q, uint64_t now_us)
{
	return !q->refs && q->full_us <= now_us;
}

/* All threads look for users here, so it must not take longer for many. */
static struct list *quota_bucket(struct quotas *all, const char *who)
{
	static const struct sip_key key;

	return &all->users[siphash(&key, who, strlen(who)) % BUCKETS];
}

/* One of the lists at each login, so that nobody is remembered for ever. */
static void quota_sweep(struct quotas *all, uint64_t now_us)
{
	struct list *users = &all->users[all->swept++ % BUCKETS], *n, *t;

	list_each (n, t, users) {
		struct quota *q = list_entry(n, struct quota, node);

		if (quota_is_stale(q, now_us))
			quota_free(q);
	}
}

static struct quota *quota_find(struct quotas *all, const char *who)
{
	struct list *users = quota_bucket(all, who), *n, *t;

	list_each (n, t, users) {
		struct quota *q = list_entry(n, struct quota, node);

		if (!strcmp(q->who, who))
			return q;
	}
	return NULL;
}

static struct quota_gateway *quota_gateway_get(struct quotas *all,
					       const char *who)
{
	size_t n = strcspn(who, "/");
	struct quota_gateway *g;
	struct list *l, *t;

	list_each (l, t, &all->gateways) {
		g = list_entry(l, struct quota_gateway, node);
		if (strlen(g->name) == n && !memcmp(g->name, who, n))
			return g;
	}
	g = calloc(1, sizeof *g + n + 1);
	if (!g)
		return NULL;
	memcpy(g->name, who, n);
	list_init(&g->node);
	list_append(&all->gateways, &g->node);
	return g;
}

static struct quota *quota_new(struct quotas *all, const char *who)
{
	size_t n = strlen(who) + 1;
	struct quota_gateway *g = quota_gateway_get(all, who);
	struct quota *q = g ? calloc(1, sizeof *q + n) : NULL;

	if (!q)
		return NULL;
	q->all = all;
	q->gateway = g;
	memcpy(q->who, who, n);
	list_init(&q->node);
	list_append(quota_bucket(all, who), &q->node);
	return q;
}

struct quota *quota_get(struct quotas *all, const char *who, uint64_t now_us)
{
	struct quota *q;

	pthread_mutex_lock(&all->lock);
	quota_sweep(all, now_us);
	q = quota_find(all, who);
	if (!q)
		q = quota_new(all, who);
	if (q) {
		q->refs++;
		all->used++;
	}
	pthread_mutex_unlock(&all->lock);
	return q;
}

void quota_put(struct quota *q)
{
	if (!q)
		return;
	pthread_mutex_lock(&q->all->lock);
	q->refs--;
	q->all->used--;
	pthread_mutex_unlock(&q->all->lock);
}

/* ---- places ----------------------------------------------------------- */

static void quota_count_more(struct quota *q, unsigned n)
{
	q->used += n;
	q->gateway->used += n;
	q->all->used += n;
}

static enum quota_answer quota_may_have(const struct quota *q, unsigned most,
					unsigned used)
{
	const struct quotas *all = q->all;

	if (used >= most)
		return QUOTA_FULL;
	if (q->gateway->most && q->gateway->used >= q->gateway->most)
		return QUOTA_CROWDED;
	if (all->used >= all->places || used >= all->places - all->used)
		return QUOTA_SHORT;
	return QUOTA_YES;
}

static enum quota_answer quota_take_times(struct quota *q, unsigned most,
					  unsigned times)
{
	enum quota_answer answer;

	pthread_mutex_lock(&q->all->lock);
	answer = quota_may_have(q, most, times * q->used);
	if (answer == QUOTA_YES) {
		quota_count_more(q, 1);
	}
	pthread_mutex_unlock(&q->all->lock);
	return answer;
}

enum quota_answer quota_take(struct quota *q, unsigned most)
{
	return quota_take_times(q, most, 1);
}

enum quota_answer quota_take_beside(struct quota *q, unsigned most)
{
	return quota_take_times(q, most, 2);
}

void quota_force(struct quota *q, unsigned n)
{
	pthread_mutex_lock(&q->all->lock);
	quota_count_more(q, n);
	pthread_mutex_unlock(&q->all->lock);
}

void quota_give(struct quota *q, unsigned n)
{
	pthread_mutex_lock(&q->all->lock);
	q->used -= n;
	q->gateway->used -= n;
	q->all->used -= n;
	pthread_mutex_unlock(&q->all->lock);
}

void quota_limit_gateway(struct quota *q, unsigned most)
{
	pthread_mutex_lock(&q->all->lock);
	q->gateway->most = most;
	pthread_mutex_unlock(&q->all->lock);
}

static struct quota_numbers quota_numbers(struct quotas *all, unsigned own)
{
	return (struct quota_numbers){ all->places, all->used, own };
}

struct quota_numbers quota_count(const struct quota *q)
{
	struct quota_numbers n;

	pthread_mutex_lock(&q->all->lock);
	n = quota_numbers(q->all, q->used);
	pthread_mutex_unlock(&q->all->lock);
	return n;
}

struct quota_numbers quotas_count(struct quotas *all)
{
	struct quota_numbers n;

	pthread_mutex_lock(&all->lock);
	n = quota_numbers(all, 0);
	pthread_mutex_unlock(&all->lock);
	return n;
}

/* ---- beginnings ------------------------------------------------------- */

/* The bucket as the time that it needs to be full: each connection makes that
 * longer by its share of a second.
 *
 *    now                + QUOTA_BURST_S            + QUOTA_WAIT_S
 *     |---- begins at once ----|---- has to wait ----|---- is refused
 *                        full_us, somewhere */
bool quota_turn(struct quota *q, unsigned per_second, uint64_t now_us,
		uint64_t *at)
{
	const uint64_t burst = QUOTA_BURST_S * SECOND_US;
	bool may;

	*at = 0;
	if (!per_second)
		return true;
	pthread_mutex_lock(&q->all->lock);
	q->full_us = MAX(q->full_us, now_us);
	if (q->full_us - now_us >= burst)
		*at = q->full_us - burst + SECOND_US / per_second;
	may = *at <= now_us + QUOTA_WAIT_S * SECOND_US;
	if (may)
		q->full_us += SECOND_US / per_second;
	pthread_mutex_unlock(&q->all->lock);
	return may;
}

struct budget_pool *quota_memory(struct quota *q)
{
	return &q->memory;
}

/* ---- what the log is told --------------------------------------------- */

static unsigned quota_tell(struct quota *q, enum quota_news what,
			   uint64_t now_us, unsigned more)
{
	unsigned n = 0;

	pthread_mutex_lock(&q->all->lock);
	q->news[what].n += more;
	q->all->told[what] += more;
	if (!q->news[what].told_us || now_us - q->news[what].told_us >= TELL_US)
		n = q->news[what].n;
	if (n) {
		q->news[what].told_us = now_us;
		q->news[what].n = 0;
	}
	pthread_mutex_unlock(&q->all->lock);
	return n;
}

unsigned quota_note(struct quota *q, enum quota_news what, uint64_t now_us)
{
	return quota_tell(q, what, now_us, 1);
}

unsigned quota_due(struct quota *q, enum quota_news what, uint64_t now_us)
{
	return quota_tell(q, what, now_us, 0);
}

uint64_t quotas_told(struct quotas *all, enum quota_news what)
{
	uint64_t n;

	pthread_mutex_lock(&all->lock);
	n = all->told[what];
	pthread_mutex_unlock(&all->lock);
	return n;
}

void quotas_note(struct quotas *all, enum quota_news what)
{
	pthread_mutex_lock(&all->lock);
	all->told[what]++;
	pthread_mutex_unlock(&all->lock);
}
