/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.h - the threads of the worker: one front and several shards.
 *
 *   front: accepts, shakes hands, logs in
 *     |  ^
 *     v  | mail (shard_mail.h)
 *   shards, a thread each: sessions and their channels
 *
 * A session lives on one shard.  The front knows of each only what it needs to
 * find it (registry.h). */
#ifndef ADIT_GATEWAY_WORKER_H
#define ADIT_GATEWAY_WORKER_H

#include "process/locals.h"
#include "process/mailbox.h"

enum { SHARDS_MAX = 64 };

struct shard;
struct front;
struct front_ops;
struct claims;
struct quotas;
struct worker_config;

struct worker {
	struct front *front;
	const struct front_ops *front_ops;
	struct mailbox box; /* what shards send to the front */
	struct shard *shards;
	unsigned nshards, nrunning; /* how many there are; have a thread */
	struct quotas *quotas;      /* of all users: quota.h */
	struct claims *claims;      /* who publishes what: claims.h */
	int names; /* socket to the resolver; any thread may send */
};

/* Makes `n` shards without threads, which share `memory` bytes.  The caller
 * keeps its references to the configuration and to the addresses.  0 or an
 * error; shards_stop frees what there is, also after an error. */
MUST_CHECK int shards_init(struct worker *, unsigned n, struct worker_config *,
			   struct locals *, uint64_t memory);
/* Starts the threads, also those that shards_pause has ended.  0 or ERR_SYS:
 * some may run, which shards_pause or shards_stop ends. */
MUST_CHECK int shards_run(struct worker *);
/* Ends the threads; sessions and channels stay as they are. */
void shards_pause(struct worker *);
/* Ends the sessions and the threads, and frees the shards. */
void shards_stop(struct worker *);
/* How many sessions a shard has; may be called by any thread. */
unsigned shard_load(const struct worker *, unsigned index);
struct shard *shard_at(const struct worker *, unsigned index);

/* The lowest byte of a session's id is the index of its shard. */
static inline unsigned shard_index(uint64_t session)
{
	return (unsigned)(session & 0xff);
}

/* The shard of a session, also where the session comes from another worker that
 * had more shards than this one. */
static inline struct shard *shard_of(const struct worker *w, uint64_t session)
{
	return shard_at(w, shard_index(session) % w->nshards);
}

/* The other bytes of the id differ in all sessions of a worker, whatever their
 * shards. */
static inline uint32_t session_key(uint64_t session)
{
	return (uint32_t)(session >> 8);
}

#endif
