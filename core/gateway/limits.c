/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.c - how many connections, bytes per second and how much memory the
 * sessions of one user may have together, and what log and user hear when that
 * is used up. */
#include "gateway/limits.h"

#include "base/err.h"
#include "base/human.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	RESERVE_MOST = 8192,
	RESERVE_PART = 4, /* of few descriptors */
};

unsigned limits_kept(int most)
{
	return (unsigned)MIN(most / RESERVE_PART, (int)RESERVE_MOST);
}

struct quotas *limits_new(int most)
{
	int next = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	int left = next < 0 ? 0 : MAX(most - next, 0);

	if (next >= 0)
		close(next);
	return quotas_new((unsigned)left - limits_kept(left));
}

int limits_begin(struct gsession *gs)
{
	char who[LABEL_MAX + USER_MAX];

	snprintf(who, sizeof who, "%s/%s", gs->gateway_name, gs->user);
	gs->quota = quota_get(gs->shard->worker->quotas, who,
			      shard_now(gs->shard));
	if (!gs->quota)
		return ERR_NOMEM;
	gs->memory = (struct budget){ .pool = quota_memory(gs->quota),
				      .up = &gs->shard->budget };
	return 0;
}

static struct rates *limits_rates(const struct gsession *gs)
{
	return quotas_rates(gs->shard->worker->quotas);
}

void limits_renew(struct gsession *gs)
{
	const struct grant g = gsession_grant(gs);
	struct rate_limits l = { .gateway = gs->gateway_name,
				 .user = gs->user };
	char who[WHO_TEXT];

	policy_limits(gs->shard->config->conf, &g, &gs->limits);
	quota_limit_gateway(gs->quota, gs->gateway->connections);
	atomic_store_explicit(&quota_memory(gs->quota)->limit,
			      gs->limits.is[LIMIT_MEMORY].most,
			      memory_order_relaxed);
	for (unsigned i = 0; i < DIRECTIONS; i++) {
		l.of_gateway[i] = gs->gateway->limits.rate[i];
		l.of_user[i] = gs->limits.is[LIMIT_TO_SERVER + i].most;
	}
	if (rate_join(limits_rates(gs), &gs->rate, &l))
		log_msg(LOG_ERROR, gsession_who(gs, 0, who),
			"out of memory: the session has no limit of bytes per "
			"second");
	session_limit(gs->session, rate_allowance(&gs->rate, TO_CLIENT),
		      rate_allowance(&gs->rate, TO_SERVER));
	session_fed(gs->session);
}

void limits_end(struct gsession *gs)
{
	rate_leave(limits_rates(gs), &gs->rate);
	quota_put(gs->quota);
	gs->quota = NULL;
}

/* ---- what is said ----------------------------------------------------- */

static const char *s_of(unsigned n)
{
	return n == 1 ? "" : "s";
}

static uint64_t limits_most(const struct gsession *gs,
			    enum policy_limit_kind kind)
{
	return gs->limits.is[kind].most;
}

static void limits_tell_full(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT], limit[LIMIT_TEXT];

	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connection%s refused: %u are open, and "
		"%s lets one user have %u",
		gs->user, n, s_of(n), quota_count(gs->quota).own,
		policy_limit_text(&gs->limits, LIMIT_CONNECTIONS, limit),
		(unsigned)limits_most(gs, LIMIT_CONNECTIONS));
}

static void limits_tell_short(const struct gsession *gs, unsigned n)
{
	struct quota_numbers c = quota_count(gs->quota);
	char who[WHO_TEXT];

	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connection%s "
		"refused: of %u descriptors for users this one has %u, and "
		"%u are free; nobody gets more than are free: raise "
		"LimitNOFILE of aditd",
		gs->user, n, s_of(n), c.places, c.own,
		c.places - MIN(c.used, c.places));
}

static void limits_tell_slow(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT], limit[LIMIT_TEXT];

	(void)n;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: connections wait "
		"for their turn: %s is %u",
		gs->user, policy_limit_text(&gs->limits, LIMIT_BEGINS, limit),
		(unsigned)limits_most(gs, LIMIT_BEGINS));
}

static void limits_tell_hasty(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT], limit[LIMIT_TEXT];

	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connection%s refused: they would have to wait for "
		"their turn longer than %d s: %s is %u",
		gs->user, n, s_of(n), QUOTA_WAIT_S,
		policy_limit_text(&gs->limits, LIMIT_BEGINS, limit),
		(unsigned)limits_most(gs, LIMIT_BEGINS));
}

static void limits_tell_memory(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT], limit[LIMIT_TEXT], most[HUMAN_TEXT];

	(void)n;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: connections wait for memory until others of this "
		"user end: %s is %s",
		gs->user, policy_limit_text(&gs->limits, LIMIT_MEMORY, limit),
		human_bytes((long long)limits_most(gs, LIMIT_MEMORY), most));
}

static void limits_tell_crowded(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT];

	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connection%s refused: all users together have as "
		"many as connections in [gateway %s] lets them have, %u",
		gs->user, n, s_of(n), gs->gateway_name,
		gs->gateway->connections);
}

static void limits_tell_rate(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT];

	(void)n;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: bytes wait for their turn: rate_to_server or "
		"rate_to_client is reached",
		gs->user);
}

static void (*const tell[])(const struct gsession *, unsigned n) = {
	[QUOTA_NEWS_FULL] = limits_tell_full,
	[QUOTA_NEWS_SHORT] = limits_tell_short,
	[QUOTA_NEWS_CROWDED] = limits_tell_crowded,
	[QUOTA_NEWS_HASTY] = limits_tell_hasty,
	[QUOTA_NEWS_SLOW] = limits_tell_slow,
	[QUOTA_NEWS_RATE] = limits_tell_rate,
	[QUOTA_NEWS_MEMORY] = limits_tell_memory,
};

static void limits_note(struct gsession *gs, enum quota_news what)
{
	unsigned n = quota_note(gs->quota, what, shard_now(gs->shard));

	if (n)
		tell[what](gs, n);
}

void limits_check(struct gsession *gs, uint64_t now_us)
{
	for (unsigned i = 0; i < QUOTA_NEWS_SLOW; i++) {
		unsigned n = quota_due(gs->quota, i, now_us);

		if (n)
			tell[i](gs, n);
	}
}

/* ---- bytes per second -------------------------------------------------- */

/* A shard whose sessions wait for bytes looks each 25 ms whether there are
 * some, and stops when none has waited for a second. */
#define LIMITS_LOOK_S ((double)RATES_TURN_US / 1e6)
#define LIMITS_REST_US UINT64_C(1000000)

static void limits_on_turn(struct ev_loop *ev, ev_timer *w, int events)
{
	struct shard *shard = w->data;
	uint64_t now = shard_now(shard);
	struct list *n, *t;

	(void)events;
	rates_turn(quotas_rates(shard->worker->quotas), now);
	list_each (n, t, &shard->sessions) {
		struct gsession *gs = list_entry(n, struct gsession, node);

		if (!gs->rate.user)
			continue;
		if (gs->is_slowed)
			limits_note(gs, QUOTA_NEWS_RATE);
		gs->is_slowed = false;
		session_set_now(gs->session, now);
		session_fed(gs->session);
	}
	if (now >= shard->spent_us + LIMITS_REST_US)
		ev_timer_stop(ev, w);
}

void limits_init(struct shard *shard)
{
	ev_init(&shard->rates, limits_on_turn);
	shard->rates.data = shard;
}

void limits_spent(struct session *s)
{
	struct gsession *gs = session_owner(s);
	struct shard *shard = gs->shard;

	shard->spent_us = shard_now(shard);
	gs->is_slowed = true;
	if (ev_is_active(&shard->rates))
		return;
	ev_timer_set(&shard->rates, 0., LIMITS_LOOK_S);
	ev_timer_start(shard->loop.ev, &shard->rates);
}

/* ---- places ----------------------------------------------------------- */

bool limits_take_beside(struct gsession *gs)
{
	return quota_take_beside(gs->quota, (unsigned)limits_most(
						    gs, LIMIT_CONNECTIONS)) ==
	       QUOTA_YES;
}

void limits_give(struct gsession *gs)
{
	quota_give(gs->quota, 1);
}

const char *limits_more(struct session *s, bool must)
{
	struct gsession *gs = session_owner(s);

	if (must) {
		quota_force(gs->quota, 1);
		return NULL;
	}
	switch (quota_take(gs->quota,
			   (unsigned)limits_most(gs, LIMIT_CONNECTIONS))) {
	case QUOTA_FULL:
		limits_note(gs, QUOTA_NEWS_FULL);
		return "this user has as many connections as one may have";
	case QUOTA_SHORT:
		limits_note(gs, QUOTA_NEWS_SHORT);
		return "the gateway has no room for more connections of this "
		       "user";
	case QUOTA_CROWDED:
		limits_note(gs, QUOTA_NEWS_CROWDED);
		return "the gateway has as many connections as it may have";
	case QUOTA_YES:
		break;
	}
	return NULL;
}

void limits_less(struct session *s)
{
	limits_give(session_owner(s));
}

/* ---- turns ------------------------------------------------------------ */

const char *limits_turn(struct session *s, uint64_t *at)
{
	struct gsession *gs = session_owner(s);

	if (quota_turn(gs->quota, (unsigned)limits_most(gs, LIMIT_BEGINS),
		       shard_now(gs->shard), at))
		return NULL;
	limits_note(gs, QUOTA_NEWS_HASTY);
	return "this user begins too many connections per second";
}

void limits_crowded(struct session *s, enum crowd why)
{
	struct gsession *gs = session_owner(s);
	char who[WHO_TEXT], most[HUMAN_TEXT], text[160];

	if (why == CROWD_LEAVE || why == CROWD_USER) {
		limits_note(gs, why == CROWD_LEAVE ? QUOTA_NEWS_SLOW :
						     QUOTA_NEWS_MEMORY);
		return;
	}
	snprintf(text, sizeof text, "session_memory in [gateway %s] is %s",
		 gs->gateway_name,
		 human_bytes((long long)session_stats(s).limit, most));
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connections "
		"wait for memory until others end: %s",
		gs->user, session_crowd(s),
		why == CROWD_SESSION ?
			text :
			"all sessions together have used memory in [server]");
}
