/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - the names that the resolver is asked for.
 *
 *   ask ---> WAITING, in the lines of those who ask ---turn---> RUNNING
 *     ^                                                            |
 *     +---- KNOWN until its time is over <-------- found ----------+
 *
 * A name is looked up once for all who ask; the place that it takes is that of
 * the user whose turn it was. */
#include "resolver/names.h"

#include "base/map.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024, SECOND_US = 1000000 };

struct name {
	struct list bucket;
	struct list node;   /* in names.running; or in names.known, where the
			     * one that nobody asked for longest is first */
	struct list askers; /* struct names_question.node */
	enum { WAITING, RUNNING, KNOWN } state;
	void *work;             /* RUNNING */
	struct turn_user *user; /* whose place it has */
	uint64_t until_us;      /* KNOWN */
	struct msg_resolved found;
	char host[HOST_MAX];
};

struct names_question {
	struct list node;
	struct turn turn;
	struct name *name;
	int from;
	uint32_t id;
};

struct names {
	struct names_conf conf;
	struct turns *turns;
	struct list bucket[BUCKETS];
	struct map asked[NAMES_FROM]; /* id to struct names_question */
	struct list running, known;
	unsigned nrunning, nknown;
};

/* ---- the table ----------------------------------------------------------- */

static struct list *bucket_of(struct names *n, const char *host)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *host; host++)
		h = (h ^ (uint8_t)*host) * 16777619u;
	return &n->bucket[(h ^ h >> 16) % BUCKETS];
}

static struct name *names_find(struct names *n, const char *host)
{
	struct list *head = bucket_of(n, host), *i, *t;

	list_each (i, t, head) {
		struct name *nm = list_entry(i, struct name, bucket);

		if (!strcmp(nm->host, host))
			return nm;
	}
	return NULL;
}

static struct name *name_new(struct names *n, const char *host)
{
	struct name *nm = calloc(1, sizeof *nm);

	if (!nm)
		return NULL;
	memcpy(nm->host, host, strlen(host) + 1);
	list_init(&nm->bucket);
	list_init(&nm->node);
	list_init(&nm->askers);
	list_append(bucket_of(n, host), &nm->bucket);
	return nm;
}

static void name_free(struct names *n, struct name *nm)
{
	list_remove(&nm->bucket);
	list_remove(&nm->node);
	n->nknown -= nm->state == KNOWN;
	n->nrunning -= nm->state == RUNNING;
	free(nm);
}

/* ---- questions ----------------------------------------------------------- */

static void question_free(struct names *n, struct names_question *q)
{
	turns_leave(n->turns, &q->turn);
	list_remove(&q->node);
	map_del(&n->asked[q->from], q->id);
	free(q);
}

static void names_answer(struct names *n, struct names_question *q,
			 const struct msg_resolved *found)
{
	n->conf.ops.answer(n->conf.ctx, q->from, q->id, found);
	question_free(n, q);
}

static void name_stop(struct names *n, struct name *nm)
{
	if (nm->state != RUNNING)
		return;
	if (nm->work)
		n->conf.ops.cancel(n->conf.ctx, nm->work);
	turns_end(n->turns, nm->user);
	nm->work = NULL;
}

/* Unless somebody waits for it, or its answer is known. */
static void drop_unwanted(struct names *n, struct name *nm)
{
	if (nm->state == KNOWN || !list_is_empty(&nm->askers))
		return;
	name_stop(n, nm);
	name_free(n, nm);
}

/* Moves the first address behind the others of its kind (IPv4 or IPv6), so that
 * each is the first one for some of those who ask, as name servers do it. */
static void rotate(struct msg_resolved *f)
{
	struct addr first = f->addrs[0];
	unsigned same = 1;

	while (same < f->n && f->addrs[same].family == first.family)
		same++;
	memmove(f->addrs, f->addrs + 1, (same - 1) * sizeof first);
	f->addrs[same - 1] = first;
}

/* ---- what is known ------------------------------------------------------- */

static bool is_fresh(const struct names *n, const struct name *nm)
{
	return nm->until_us > n->conf.ops.now_us(n->conf.ctx);
}

static void names_keep(struct names *n, struct name *nm, uint32_t ttl_s)
{
	uint64_t now = n->conf.ops.now_us(n->conf.ctx);
	uint32_t most = nm->found.n ? n->conf.most_s : n->conf.no_s;

	nm->state = KNOWN;
	nm->until_us = now + (uint64_t)MIN(ttl_s, most) * SECOND_US;
	list_move(&n->known, &nm->node);
	if (++n->nknown > n->conf.known)
		name_free(n, list_first(&n->known, struct name, node));
}

static void names_finish(struct names *n, struct name *nm,
			 const struct msg_resolved *found, uint32_t ttl_s)
{
	turns_end(n->turns, nm->user);
	nm->user = NULL;
	nm->work = NULL;
	nm->found = *found;
	n->nrunning--;
	nm->state = WAITING;
	while (!list_is_empty(&nm->askers))
		names_answer(
			n, list_first(&nm->askers, struct names_question, node),
			found);
	if (ttl_s)
		names_keep(n, nm, ttl_s);
	else
		name_free(n, nm);
}

/* ---- whose turn it is ---------------------------------------------------- */

static void names_begin(struct names *n, struct name *nm)
{
	const struct msg_resolved none = { .outcome = FOUND_SILENCE };

	nm->work = n->conf.ops.begin(n->conf.ctx, nm, nm->host);
	if (!nm->work)
		names_finish(n, nm, &none, 0);
}

static void names_go_on(struct names *n)
{
	struct turn_user *user;
	struct turn *turn;

	while ((turn = turns_next(n->turns, &user))) {
		struct names_question *q = container_of(
			turn, struct names_question, turn);
		struct name *nm = q->name;
		struct list *i, *t;

		list_each (i, t, &nm->askers)
			turns_leave(n->turns,
				    &list_entry(i, struct names_question, node)
					     ->turn);
		nm->state = RUNNING;
		nm->user = user;
		n->nrunning++;
		list_move(&n->running, &nm->node);
		names_begin(n, nm);
	}
}

/* A line has become too long: this question is refused. */
static void give_way(struct names *n, struct turn *turn)
{
	const struct msg_resolved none = { .outcome = FOUND_CROWD };
	struct names_question *q = container_of(turn, struct names_question,
						turn);
	struct name *nm = q->name;

	names_answer(n, q, &none);
	drop_unwanted(n, nm);
}

static void wait_for(struct names *n, struct names_question *q, const char *who)
{
	struct turn *last;

	if (q->name->state == RUNNING)
		return;
	last = turns_wait(n->turns, &q->turn, who);
	if (last)
		give_way(n, last);
	names_go_on(n);
}

/* ---- from outside -------------------------------------------------------- */

static struct names_question *question_new(struct names *n, struct name *nm,
					   int from, uint32_t id)
{
	struct names_question *q = calloc(1, sizeof *q);

	if (!q || map_put(&n->asked[from], id, q)) {
		free(q);
		return NULL;
	}
	q->name = nm;
	q->from = from;
	q->id = id;
	list_init(&q->turn.node);
	list_init(&q->node);
	list_append(&nm->askers, &q->node);
	return q;
}

/* The name of this host; a new one if the answer that is known is too old. */
static struct name *find_or_make(struct names *n, const char *host)
{
	struct name *nm = names_find(n, host);

	if (nm && nm->state == KNOWN && !is_fresh(n, nm)) {
		name_free(n, nm);
		nm = NULL;
	}
	return nm ? nm : name_new(n, host);
}

/* Answers with what is known already. */
static void reuse(struct names *n, struct name *nm, int from, uint32_t id)
{
	list_move(&n->known, &nm->node);
	n->conf.ops.answer(n->conf.ctx, from, id, &nm->found);
	rotate(&nm->found);
}

void names_ask(struct names *n, int from, uint32_t id,
	       const struct msg_resolve *asked)
{
	const struct msg_resolved none = { .outcome = FOUND_CROWD };
	char host[HOST_MAX];
	struct names_question *q;
	struct name *nm;

	if (map_get(&n->asked[from], id))
		return;
	for (size_t i = 0; i <= strlen(asked->host); i++)
		host[i] = (char)tolower((unsigned char)asked->host[i]);
	nm = find_or_make(n, host);
	if (nm && nm->state == KNOWN) {
		reuse(n, nm, from, id);
		return;
	}
	q = nm ? question_new(n, nm, from, id) : NULL;
	if (q) {
		wait_for(n, q, asked->who);
		return;
	}
	n->conf.ops.answer(n->conf.ctx, from, id, &none);
	if (nm)
		drop_unwanted(n, nm);
}

void names_forget(struct names *n, int from, uint32_t id)
{
	struct names_question *q = map_get(&n->asked[from], id);
	struct name *nm;

	if (!q)
		return;
	nm = q->name;
	question_free(n, q);
	drop_unwanted(n, nm);
	names_go_on(n);
}

void names_found(struct names *n, struct name *nm,
		 const struct msg_resolved *found, uint32_t ttl_s)
{
	names_finish(n, nm, found, ttl_s);
	names_go_on(n);
}

void names_renew(struct names *n)
{
	struct list *i, *t;

	while (!list_is_empty(&n->known))
		name_free(n, list_first(&n->known, struct name, node));
	list_each (i, t, &n->running) {
		struct name *nm = list_entry(i, struct name, node);

		n->conf.ops.cancel(n->conf.ctx, nm->work);
		names_begin(n, nm);
	}
	names_go_on(n);
}

unsigned names_running(const struct names *n)
{
	return n->nrunning;
}

struct names *names_new(const struct names_conf *conf)
{
	struct names *n = calloc(1, sizeof *n);

	if (!n)
		return NULL;
	n->conf = *conf;
	for (size_t i = 0; i < BUCKETS; i++)
		list_init(&n->bucket[i]);
	list_init(&n->running);
	list_init(&n->known);
	n->turns = turns_new(&conf->turns);
	if (n->turns)
		return n;
	free(n);
	return NULL;
}

static void name_drop(struct names *n, struct name *nm)
{
	while (!list_is_empty(&nm->askers))
		question_free(n, list_first(&nm->askers, struct names_question,
					    node));
	name_stop(n, nm);
	name_free(n, nm);
}

void names_free(struct names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (!list_is_empty(&n->bucket[i]))
			name_drop(n, list_first(&n->bucket[i], struct name,
						bucket));
	turns_free(n->turns);
	for (size_t i = 0; i < NAMES_FROM; i++)
		map_fini(&n->asked[i]);
	free(n);
}
