/* SPDX-License-Identifier: BSD-2-Clause */
/* shard.h - a shard: a thread with a loop, the sessions that live on it, and
 * what these wait for. */
#ifndef ADIT_GATEWAY_SHARD_H
#define ADIT_GATEWAY_SHARD_H

#include "base/map.h"
#include "channel/session.h"
#include "gateway/shard_mail.h"
#include "gateway/tally.h"
#include "gateway/worker.h"
#include "plugin/watch.h"

struct gsession;

struct shard {
	struct worker *worker;
	unsigned index;
	pthread_t thread;
	struct loop loop;
	struct plugin_watch watch; /* the front reads whether a plugin loops */
	struct mailbox box;
	struct worker_config *config;
	struct locals *locals;
	struct budget budget;
	struct tally tally;
	struct list sessions;  /* struct gsession.node */
	struct map by_key;     /* session_key to struct gsession */
	_Atomic unsigned load; /* read by the front */
	struct list ended;     /* sessions to be freed by `reaper` */
	struct task reaper;  /* runs also when a tunnel is gone, for `drain` */
	ev_timer second;     /* runs while there are sessions */
	ev_timer rates;      /* runs while sessions wait for bytes: limits.c */
	uint64_t open_mark;  /* which resources were open: shard_check_hours */
	uint64_t spent_us;   /* when one of them last did */
	struct list dialing; /* struct gchan.dialing: it has sockets open */
	struct list lookups; /* host names that are looked up: lookup.c */
	uint32_t last_lookup;
	struct list timed; /* struct inspection.timed: has a deadline */
	ev_timer fine;     /* runs out at the nearest of these deadlines */
	struct recording *recording; /* recording.h; NULL: there is none */
	uint64_t grumbled_us; /* when the log was last told that there are no
			       * file descriptors for connections */
	bool paused;          /* the thread ends, the sessions stay */
	bool arrived; /* sessions of another worker wait for the thread */
	enum {
		DRAIN_NONE,
		DRAIN_SLOWLY, /* sessions end as soon as they have no channel */
		DRAIN_TUNNELS, /* all tunnels are on their way to an end */
	} drain;
	uint64_t drain_by_us; /* DRAIN_SLOWLY: when all of them end */
};

static inline uint64_t shard_now(const struct shard *shard)
{
	return loop_now_us(&shard->loop);
}

/* shard_news.c: tells the front what has happened to a session; without memory
 * the front is not told. */
void shard_tell(struct shard *, uint64_t session, enum news);
/* Frees the sessions that have ended, now. */
void shard_reap(struct shard *);

/* shard_drain.c: from now on sessions without channels end, and at `by_us`
 * (of the loop's clock) all of them.  Returns how many sessions and channels
 * there are. */
json_t *shard_drain(struct shard *, uint64_t by_us);
/* Ends the sessions that are due, and tells the front when the drain is
 * over. */
void shard_check_drain(struct shard *);

/* shard_report.c: what this shard contributes to the answer of `aditctl
 * sessions`, `channels` or `stats`: an array, or an object of numbers. */
json_t *shard_report(struct shard *, const struct mail_command *);

#endif
