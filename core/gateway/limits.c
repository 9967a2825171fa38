/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.c - how many connections the sessions of one user may have
 * together, and what log and user hear when that is used up. */
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
	return gs->quota ? 0 : ERR_NOMEM;
}

void limits_end(struct gsession *gs)
{
	quota_put(gs->quota);
	gs->quota = NULL;
}

/* ---- what is said ----------------------------------------------------- */

static const char *s_of(unsigned n)
{
	return n == 1 ? "" : "s";
}

static void limits_tell_full(const struct gsession *gs, unsigned n)
{
	char who[WHO_TEXT];

	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: %u connection%s refused: %u are open, and "
		"connections_per_user in [gateway %s] lets one user have %u",
		gs->user, n, s_of(n), quota_count(gs->quota).own,
		gs->gateway_name, gs->gateway->connections_per_user);
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
	char who[WHO_TEXT];

	(void)n;
	log_msg(LOG_WARN, gsession_who(gs, 0, who),
		"user %s: connections wait "
		"for their turn: connections_per_second in [gateway %s] is %u",
		gs->user, gs->gateway_name,
		gs->gateway->connections_per_second);
}

static void (*const tell[])(const struct gsession *, unsigned n) = {
	[QUOTA_NEWS_FULL] = limits_tell_full,
	[QUOTA_NEWS_SHORT] = limits_tell_short,
	[QUOTA_NEWS_SLOW] = limits_tell_slow,
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

/* ---- places ----------------------------------------------------------- */

bool limits_take_beside(struct gsession *gs)
{
	return quota_take_beside(gs->quota,
				 gs->gateway->connections_per_user) ==
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
	switch (quota_take(gs->quota, gs->gateway->connections_per_user)) {
	case QUOTA_FULL:
		limits_note(gs, QUOTA_NEWS_FULL);
		return "this user has as many connections as one may have";
	case QUOTA_SHORT:
		limits_note(gs, QUOTA_NEWS_SHORT);
		return "the gateway has no room for more connections of this "
		       "user";
	default:
		return NULL;
	}
}

void limits_less(struct session *s)
{
	limits_give(session_owner(s));
}

/* ---- turns ------------------------------------------------------------ */

bool limits_may_begin(struct session *s)
{
	struct gsession *gs = session_owner(s);

	return quota_begin(gs->quota, gs->gateway->connections_per_second,
			   shard_now(gs->shard));
}

void limits_crowded(struct session *s, enum crowd why)
{
	struct gsession *gs = session_owner(s);
	char who[WHO_TEXT], most[HUMAN_TEXT], text[160];

	if (why == CROWD_LEAVE) {
		limits_note(gs, QUOTA_NEWS_SLOW);
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
