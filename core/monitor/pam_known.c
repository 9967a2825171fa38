/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_known.c - what PAM has said of users who have sessions. */
#include "monitor/pam_known.h"

#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/siphash.h"
#include "monitor/pam_side.h"
#include "net/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUCKETS = 256,
	KNOWN_MAX = 16384,
	AT_ONCE = 4, /* processes for these questions */
	HOUR_MS = 3600 * 1000,
	WHO_MAX = USER_MAX + 65,
};

enum known_state { KNOWN_NOTHING, KNOWN_YES, KNOWN_NO };

struct known_user {
	struct list node;    /* of its bucket */
	struct list waiting; /* pam_known.queue */
	struct pam_known *all;
	char who[WHO_MAX], user[USER_MAX];
	enum known_state state;
	uint64_t said;   /* ms: when PAM was asked last; 0: it is to be */
	uint64_t wanted; /* ms: when a session was asked about last */
	char *groups;    /* "a,b" or NULL */
	struct pam_talk *talk;
};

struct pam_known {
	struct ev_loop *loop;
	struct pams *pams;
	void (*news)(void *ctx);
	void *ctx;
	struct list bucket[BUCKETS];
	struct list queue;
	unsigned n, asking;
	bool has_news;
	ev_timer hour;
};

static uint64_t known_now(void)
{
	return clock_now_us() / 1000;
}

static struct list *known_bucket(struct pam_known *k, const char *who)
{
	static const struct sip_key key;

	return &k->bucket[siphash(&key, who, strlen(who)) % BUCKETS];
}

static void known_drop(struct known_user *u)
{
	if (u->talk) {
		pam_talk_drop(u->talk);
		u->all->asking--;
	}
	list_remove(&u->node);
	list_remove(&u->waiting);
	u->all->n--;
	free(u->groups);
	free(u);
}

/* Users whom nobody has asked about for a week have no sessions. */
static void known_sweep(struct pam_known *k)
{
	uint64_t now = known_now();
	struct list *n, *next;

	for (unsigned i = 0; i < BUCKETS; i++)
		list_each (n, next, &k->bucket[i]) {
			struct known_user *u = list_entry(n, struct known_user,
							  node);

			if (now - u->wanted > 7 * 24 * (uint64_t)HOUR_MS)
				known_drop(u);
		}
}

static struct known_user *known_get(struct pam_known *k, const char *who,
				    const char *user)
{
	struct list *b = known_bucket(k, who), *n, *next;
	struct known_user *u;

	list_each (n, next, b) {
		u = list_entry(n, struct known_user, node);
		if (!strcmp(u->who, who))
			return u;
	}
	u = k->n < KNOWN_MAX ? calloc(1, sizeof *u) : NULL;
	if (!u)
		return NULL;
	u->all = k;
	snprintf(u->who, sizeof u->who, "%s", who);
	snprintf(u->user, sizeof u->user, "%s", user);
	u->wanted = known_now();
	list_init(&u->waiting);
	list_append(b, &u->node);
	k->n++;
	return u;
}

/* ---- PAM ----------------------------------------------------------------- */

static void known_ask_next(struct pam_known *k);

static void known_settle(struct known_user *u, enum known_state state,
			 const char *groups)
{
	char *copy = strdup(groups);

	u->all->has_news |= u->state != state ||
			    strcmp(u->groups ? u->groups : "", groups) != 0;
	u->state = state;
	if (!copy)
		return;
	free(u->groups);
	u->groups = copy;
}

/* Stage account asks nothing. */
static void known_on_asks(void *ctx, const struct prompt *q)
{
	struct known_user *u = ctx;
	struct answer none = { 0 };

	(void)q;
	pam_talk_answer(u->talk, &none);
}

static void known_on_done(void *ctx, const struct msg_pam_done *d)
{
	struct known_user *u = ctx;
	struct pam_known *k = u->all;

	u->talk = NULL;
	k->asking--;
	if (!d || d->verdict == TALK_TROUBLE)
		log_msg(LOG_WARN, NULL,
			"PAM cannot tell now whether %s may keep sessions, "
			"which go on%s%s",
			u->who, d ? ": " : "", d ? d->why : "");
	else if (d->verdict == TALK_YES)
		known_settle(u, KNOWN_YES, d->groups);
	else
		known_settle(u, KNOWN_NO, "");
	known_ask_next(k);
}

static void known_start(struct known_user *u)
{
	static const struct pam_ops ops = { .asks = known_on_asks,
					    .done = known_on_done };
	struct msg_pam m = { .mode = TALK_ACCOUNT };

	snprintf(m.user, sizeof m.user, "%s", u->user);
	u->said = known_now();
	u->talk = pam_talk_new(u->all->pams, &m, &ops, u);
	u->all->asking += u->talk != NULL;
}

static void known_ask_next(struct pam_known *k)
{
	while (k->asking < AT_ONCE && !list_is_empty(&k->queue)) {
		struct known_user *u = list_first(&k->queue, struct known_user,
						  waiting);

		list_remove(&u->waiting);
		known_start(u);
	}
	if (k->asking || !k->has_news)
		return;
	k->has_news = false;
	k->news(k->ctx);
}

/* ---- from outside -------------------------------------------------------- */

void pam_known_put(struct pam_known *k, const char *who, const char *user,
		   const char *groups)
{
	struct known_user *u = known_get(k, who, user);
	bool had_news = k->has_news;

	if (!u)
		return;
	u->said = u->wanted = known_now();
	known_settle(u, KNOWN_YES, groups);
	/* His other sessions hear of it within the hour. */
	k->has_news = had_news;
}

int pam_known_ask(struct pam_known *k, const char *gateway, const char *user,
		  const char **groups)
{
	char who[WHO_MAX];
	struct known_user *u;

	snprintf(who, sizeof who, "%s/%s", gateway, user);
	u = known_get(k, who, user);
	if (!u)
		return ERR_AGAIN;
	u->wanted = known_now();
	if (!u->said && !u->talk) {
		list_move(&k->queue, &u->waiting);
		known_ask_next(k);
	}
	*groups = u->groups ? u->groups : "";
	return u->state == KNOWN_YES ? 0 :
	       u->state == KNOWN_NO  ? ERR_DENIED :
				       ERR_AGAIN;
}

void pam_known_age(struct pam_known *k)
{
	struct list *n, *next;

	for (unsigned i = 0; i < BUCKETS; i++)
		list_each (n, next, &k->bucket[i])
			list_entry(n, struct known_user, node)->said = 0;
}

static void on_hour(struct ev_loop *loop, ev_timer *w, int events)
{
	struct pam_known *k = w->data;

	(void)loop;
	(void)events;
	known_sweep(k);
	pam_known_age(k);
	if (k->n)
		k->news(k->ctx);
}

struct pam_known *pam_known_new(struct ev_loop *loop, struct pams *pams,
				void (*news)(void *ctx), void *ctx)
{
	struct pam_known *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->loop = loop;
	k->pams = pams;
	k->news = news;
	k->ctx = ctx;
	list_init(&k->queue);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&k->bucket[i]);
	ev_timer_init(&k->hour, on_hour, HOUR_MS / 1e3, HOUR_MS / 1e3);
	k->hour.data = k;
	ev_timer_start(loop, &k->hour);
	return k;
}

void pam_known_free(struct pam_known *k)
{
	struct list *n, *next;

	if (!k)
		return;
	ev_timer_stop(k->loop, &k->hour);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_each (n, next, &k->bucket[i])
			known_drop(list_entry(n, struct known_user, node));
	free(k);
}
