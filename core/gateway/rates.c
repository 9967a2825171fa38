/* SPDX-License-Identifier: BSD-2-Clause */
/* rates.c - shares the bytes per second of gateways and users among
 * sessions. */
#include "gateway/rates.h"

#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_US UINT64_C(1000000)

enum {
	RESERVE = 32768,   /* that an idle session may move at once */
	SAVED_US = 100000, /* what nobody wants is kept for so long */
	RATE_PASSES = 8,   /* of rate_deal */
};
#define RATE_MOST (INT64_C(1) << 40) /* bytes per second that are counted */

struct rate_bucket {
	uint64_t most; /* bytes per second; 0: no limit */
	int64_t left;
};

struct rate_gateway {
	struct list node;
	struct list users[DIRECTIONS]; /* struct rate_user.share[].node */
	struct rate_bucket bucket[DIRECTIONS];
	unsigned refs;
	char name[];
};

struct rate_user {
	struct rate_share share[DIRECTIONS];
	struct rate_gateway *gateway;
	struct list sessions[DIRECTIONS]; /* struct rate.share[].node */
	struct rate_bucket bucket[DIRECTIONS];
	unsigned refs;
	char name[];
};

struct rates {
	pthread_mutex_t lock; /* of everything but the allowances */
	struct list gateways;
	uint64_t turn_us;
};

struct rates *rates_new(void)
{
	struct rates *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	list_init(&r->gateways);
	return r;
}

void rates_free(struct rates *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ---- sessions come and go ----------------------------------------------- */

static struct rate_gateway *rate_gateway_get(struct rates *r, const char *name)
{
	size_t n = strlen(name) + 1;
	struct rate_gateway *g;
	struct list *l, *t;

	list_each (l, t, &r->gateways) {
		g = list_entry(l, struct rate_gateway, node);
		if (!strcmp(g->name, name)) {
			g->refs++;
			return g;
		}
	}
	g = calloc(1, sizeof *g + n);
	if (!g)
		return NULL;
	memcpy(g->name, name, n);
	g->refs = 1;
	for (unsigned i = 0; i < DIRECTIONS; i++)
		list_init(&g->users[i]);
	list_init(&g->node);
	list_append(&r->gateways, &g->node);
	return g;
}

static void rate_gateway_put(struct rate_gateway *g)
{
	if (--g->refs)
		return;
	list_remove(&g->node);
	free(g);
}

static struct rate_user *rate_user_find(const struct rate_gateway *g,
					const char *name)
{
	struct list *l, *t;

	list_each (l, t, &g->users[TO_SERVER]) {
		struct rate_user *u = list_entry(l, struct rate_user,
						 share[TO_SERVER].node);

		if (!strcmp(u->name, name))
			return u;
	}
	return NULL;
}

/* Takes over the caller's reference to the gateway. */
static struct rate_user *rate_user_get(struct rate_gateway *g, const char *name)
{
	size_t n = strlen(name) + 1;
	struct rate_user *u = rate_user_find(g, name);

	if (u) {
		rate_gateway_put(g);
		u->refs++;
		return u;
	}
	u = calloc(1, sizeof *u + n);
	if (!u) {
		rate_gateway_put(g);
		return NULL;
	}
	memcpy(u->name, name, n);
	u->gateway = g;
	u->refs = 1;
	for (unsigned i = 0; i < DIRECTIONS; i++) {
		list_init(&u->sessions[i]);
		list_init(&u->share[i].node);
		list_append(&g->users[i], &u->share[i].node);
	}
	return u;
}

static void rate_user_put(struct rate_user *u)
{
	if (--u->refs)
		return;
	for (unsigned i = 0; i < DIRECTIONS; i++)
		list_remove(&u->share[i].node);
	rate_gateway_put(u->gateway);
	free(u);
}

static void rate_leave_locked(struct rate *s)
{
	struct rate_user *u = s->user;

	if (!u)
		return;
	s->user = NULL;
	for (unsigned i = 0; i < DIRECTIONS; i++)
		list_remove(&s->share[i].node);
	rate_user_put(u);
}

static bool rate_has_limits(const struct rate_limits *l)
{
	uint64_t any = 0;

	for (unsigned i = 0; i < DIRECTIONS; i++)
		any |= l->of_gateway[i] | l->of_user[i];
	return any;
}

static int rate_join_locked(struct rates *r, struct rate *s,
			    const struct rate_limits *l)
{
	struct rate_gateway *g = rate_gateway_get(r, l->gateway);
	struct rate_user *u = g ? rate_user_get(g, l->user) : NULL;

	if (!u)
		return ERR_NOMEM;
	s->user = u;
	for (unsigned i = 0; i < DIRECTIONS; i++) {
		g->bucket[i].most = MIN(l->of_gateway[i], RATE_MOST);
		u->bucket[i].most = MIN(l->of_user[i], RATE_MOST);
		s->limited[i] = l->of_gateway[i] || l->of_user[i];
		list_init(&s->share[i].node);
		list_append(&u->sessions[i], &s->share[i].node);
	}
	return 0;
}

/* The first bytes of a session do not wait for a turn. */
static void rate_begin(struct rate *s)
{
	for (unsigned i = 0; i < DIRECTIONS; i++) {
		s->seen[i] = atomic_load_explicit(&s->allowance[i].used,
						  memory_order_relaxed);
		atomic_store_explicit(&s->allowance[i].given,
				      s->seen[i] + RESERVE,
				      memory_order_relaxed);
	}
}

int rate_join(struct rates *r, struct rate *s, const struct rate_limits *l)
{
	struct rate_user *before = s->user;
	int ret = 0;

	if (!before && !rate_has_limits(l))
		return 0;
	pthread_mutex_lock(&r->lock);
	/* Buckets and allowances stay as they are where it joins again. */
	if (before)
		before->refs++;
	else
		rate_begin(s);
	rate_leave_locked(s);
	if (rate_has_limits(l))
		ret = rate_join_locked(r, s, l);
	if (before)
		rate_user_put(before);
	pthread_mutex_unlock(&r->lock);
	return ret;
}

void rate_leave(struct rates *r, struct rate *s)
{
	if (!s->user)
		return;
	pthread_mutex_lock(&r->lock);
	rate_leave_locked(s);
	pthread_mutex_unlock(&r->lock);
}

struct allowance *rate_allowance(struct rate *s, enum gw_direction way)
{
	return s->user && s->limited[way] ? &s->allowance[way] : NULL;
}

/* ---- giving out --------------------------------------------------------- */

static void rate_fill(struct rate_bucket *b, uint64_t us)
{
	int64_t most = (int64_t)b->most;

	if (!most)
		b->left = 0;
	b->left += most * (int64_t)us / (int64_t)SECOND_US;
	b->left = MIN(b->left, most * SAVED_US / (int64_t)SECOND_US);
}

static int64_t rate_budget(const struct rate_bucket *b)
{
	return b->most ? MAX(b->left, 0) : INT64_MAX;
}

static int64_t rate_part(const struct list *shares, int64_t bytes)
{
	const struct list *n;
	int64_t wanting = 0;

	for (n = shares->next; n != shares; n = n->next)
		wanting += list_entry(n, struct rate_share, node)->want > 0;
	return wanting ? bytes / wanting : 0;
}

/* Gives each as much as it wants, up to `part`; returns what is left. */
static int64_t rate_deal_part(struct list *shares, int64_t part, int64_t bytes)
{
	struct list *n, *t;

	list_each (n, t, shares) {
		struct rate_share *s = list_entry(n, struct rate_share, node);
		int64_t more = MIN(s->want, part);

		s->want -= more;
		s->got += more;
		bytes -= more;
	}
	return bytes;
}

/* Deals bytes out to those who want some: equal parts, of which those who want
 * less leave a rest for the next pass. */
static void rate_deal(struct list *shares, int64_t bytes)
{
	for (unsigned i = 0; i < RATE_PASSES; i++) {
		int64_t part = rate_part(shares, bytes);

		if (!part)
			return;
		bytes = rate_deal_part(shares, part, bytes);
	}
}

/* What the session may move until the next turn: twice what it has moved since
 * the last one, so that it can go faster, and some bytes at once.  More than
 * that is taken back from a session that has become slower. */
static int64_t rate_session_wants(struct rate *s, unsigned way)
{
	struct allowance *a = &s->allowance[way];
	int64_t used = atomic_load_explicit(&a->used, memory_order_relaxed);
	int64_t most = RESERVE + 2 * (used - s->seen[way]);
	int64_t want = most - allowance_left(a);

	s->seen[way] = used;
	s->share[way].got = MIN(want, 0);
	s->share[way].want = MAX(want, 0);
	return want;
}

static void rate_user_asks(struct rate_user *u, unsigned way, uint64_t us)
{
	struct list *n, *t;
	int64_t want = 0, back = 0;

	list_each (n, t, &u->sessions[way]) {
		int64_t w = rate_session_wants(
			list_entry(n, struct rate, share[way].node), way);

		want += MAX(w, 0);
		back -= MIN(w, 0);
	}
	rate_fill(&u->bucket[way], us);
	u->bucket[way].left += back;
	u->gateway->bucket[way].left += back;
	u->share[way].got = 0;
	u->share[way].want = MIN(want, rate_budget(&u->bucket[way]));
}

static void rate_user_gets(struct rate_user *u, unsigned way)
{
	int64_t got = u->share[way].got;
	struct list *n, *t;

	u->bucket[way].left -= got;
	u->gateway->bucket[way].left -= got;
	rate_deal(&u->sessions[way], got);
	list_each (n, t, &u->sessions[way]) {
		struct rate *s = list_entry(n, struct rate, share[way].node);

		atomic_fetch_add_explicit(&s->allowance[way].given,
					  s->share[way].got,
					  memory_order_relaxed);
	}
}

static void rate_gateway_turn(struct rate_gateway *g, unsigned way, uint64_t us)
{
	struct list *n, *t;

	rate_fill(&g->bucket[way], us);
	list_each (n, t, &g->users[way])
		rate_user_asks(list_entry(n, struct rate_user, share[way].node),
			       way, us);
	rate_deal(&g->users[way], rate_budget(&g->bucket[way]));
	list_each (n, t, &g->users[way])
		rate_user_gets(list_entry(n, struct rate_user, share[way].node),
			       way);
}

void rates_turn(struct rates *r, uint64_t now_us)
{
	uint64_t us;
	struct list *n, *t;

	/* Another thread that holds the lock does this turn, or will release it
	 * soon. */
	if (pthread_mutex_trylock(&r->lock))
		return;
	us = now_us > r->turn_us ? now_us - r->turn_us : 0;
	if (us >= RATES_TURN_US * 3 / 4) {
		r->turn_us = now_us;
		us = MIN(us, SECOND_US);
		list_each (n, t, &r->gateways)
			for (unsigned i = 0; i < DIRECTIONS; i++)
				rate_gateway_turn(
					list_entry(n, struct rate_gateway,
						   node),
					i, us);
	}
	pthread_mutex_unlock(&r->lock);
}
