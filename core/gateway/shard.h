/* SPDX-License-Identifier: BSD-2-Clause */
/* shard.h - a data thread: its loop, its sessions, and what they wait for. */
#ifndef ADIT_GATEWAY_SHARD_H
#define ADIT_GATEWAY_SHARD_H

#include "base/map.h"
#include "channel/session.h"
#include "gateway/worker.h"
#include "plugin/watch.h"

struct gsession;

struct shard {
	struct worker *worker;
	unsigned index;
	pthread_t thread;
	struct loop loop;
	struct plugin_watch watch; /* read by the front */
	struct mailbox box;
	struct worker_config *snap;
	struct locals *locals;
	struct budget budget;
	struct list sessions;  /* struct gsession.node */
	struct map by_key;     /* session_key to struct gsession */
	_Atomic unsigned load; /* read by the front */
	struct list ended;     /* sessions to be freed by `reaper` */
	struct task reaper;    /* also when a tunnel is gone, for `drain` */
	ev_timer second;       /* while there are sessions */
	struct list dialing;   /* struct gchan.dialing: sockets are open */
	struct list lookups;   /* lookup.c */
	uint32_t last_lookup;
	struct list timed;           /* inspections with a deadline */
	ev_timer fine;               /* the nearest of those */
	struct recording *recording; /* armed, running, or to be fetched; NULL */
	uint64_t grumbled_us;        /* when it last said "no descriptors" */
	bool paused;                 /* the thread ends, the sessions stay */
	bool arrived; /* its sessions have, and do not go on yet */
	enum {
		DRAIN_NONE,
		DRAIN_SLOWLY,  /* what has no channels ends */
		DRAIN_TUNNELS, /* everything; nobody waits for more */
	} drain;
	uint64_t drain_by_us; /* slowly, but by then */
};

static inline uint64_t shard_now(const struct shard *o)
{
	return loop_now_us(&o->loop);
}

/* shard_news.c.  Without memory the front does not hear of it. */
void shard_tell(struct shard *, uint64_t session, enum news);
/* Frees the sessions that have ended, now. */
void shard_reap(struct shard *);

/* shard_drain.c: from now on sessions end that have no channels, by then all; what
 * there is to be ended. */
json_t *shard_drain(struct shard *, uint64_t by_us);
/* Ends those, and says so when nothing is left to be waited for. */
void shard_check_drain(struct shard *);

/* shard_report.c: the part of an answer that this shard knows. */
json_t *shard_report(struct shard *, const struct mail_command *);

#endif
