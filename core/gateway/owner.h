/* SPDX-License-Identifier: BSD-2-Clause */
/* owner.h - a data thread: its loop, its sessions, and what they wait for. */
#ifndef ADIT_GATEWAY_OWNER_H
#define ADIT_GATEWAY_OWNER_H

#include "base/map.h"
#include "channel/session.h"
#include "gateway/worker.h"
#include "plugin/watch.h"

struct gsession;

struct owner {
	struct worker *worker;
	unsigned index;
	pthread_t thread;
	struct loop loop;
	struct plugin_watch watch;      /* read by the front */
	struct mailbox box;
	struct snapshot *snap;
	struct locals *locals;
	struct budget budget;
	struct list sessions;           /* struct gsession.node */
	struct map by_key;              /* session_key to struct gsession */
	_Atomic unsigned load;          /* read by the front */
	struct list ended;              /* sessions to be freed by `reaper` */
	struct task reaper;
	ev_timer second;                /* while there are sessions */
	struct list dialing;            /* struct gchan.dialing: sockets are open */
	struct list lookups;            /* lookup.c */
	uint32_t last_lookup;
	struct list timed;              /* inspections with a deadline */
	ev_timer fine;                  /* the nearest of those */
	struct recording *recording;    /* armed, running, or to be fetched; NULL */
	uint64_t grumbled_us;           /* when it last said "no descriptors" */
	bool paused;                    /* the thread ends, the sessions stay */
	bool arrived;                   /* its sessions have, and do not go on yet */
	enum {
		DRAIN_NONE,
		DRAIN_SLOWLY,           /* what has no channels ends */
		DRAIN_TUNNELS,          /* everything; nobody waits for more */
	} drain;
	uint64_t drain_by_us;           /* slowly, but by then */
};

static inline uint64_t owner_now(const struct owner *o)
{
	return loop_now_us(&o->loop);
}

void owner_tell(struct owner *, uint64_t session, enum news);
/* Frees the sessions that have ended, now. */
void owner_reap(struct owner *);

/* drain.c: from now on sessions end that have no channels, by then all; what
 * there is to be ended. */
json_t *drain_slowly(struct owner *, uint64_t by_us);
/* Ends those, and says so when nothing is left to be waited for. */
void drain_check(struct owner *);

/* worker_report.c: the part of an answer that this owner knows. */
json_t *report_make(struct owner *, const struct mail_command *);

#endif
