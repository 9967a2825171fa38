/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.h - the threads of the worker, and what they say to each other.
 *
 *   front: accepts, shakes hands, logs in    shards: sessions and their channels
 *        |  create, attach, rights, config, resolved, command, drain  ^
 *        +---------------------------------------------------+
 *        ^  attached, detached, ended, report                |
 *        +---------------------------------------------------+
 *
 * A session lives on one shard.  The front knows of each only what it needs to
 * find it (registry.h). */
#ifndef ADIT_GATEWAY_WORKER_H
#define ADIT_GATEWAY_WORKER_H

#include "frame/payload.h"
#include "process/locals.h"
#include "process/mailbox.h"
#include "gateway/worker_config.h"

#include <jansson.h>

enum { SHARDS_MAX = 64, TOKEN_MAX = 40 };

struct shard;
struct front;
struct front_ops;
struct quotas;

struct worker {
	struct front *front;
	const struct front_ops *front_ops;
	struct mailbox box; /* the front's */
	struct shard *shards;
	unsigned nshards, nrunning; /* shards; threads */
	struct quotas *quotas;      /* of users */
	int names; /* the resolver's socket; any thread sends */
};

/* ---- to a shard ------------------------------------------------------- */

struct mail_create {
	struct mail mail;
	struct shard *to;
	uint64_t id, since;
	uint32_t number, marker;
	uint8_t secret[SECRET_LEN];
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	char groups[1024];
	uint8_t stamp[STAMP_LEN];
	struct addr source;
};

/* What the users file says now of the user of a session that goes on. */
struct mail_rights {
	struct mail mail;
	struct shard *to;
	uint64_t session;
	char groups[1024];
};

struct mail_attach {
	struct mail mail;
	struct shard *to;
	struct attach attach;
	uint32_t marker; /* of the ATTACH frame */
	int fd;
	struct tls *tls;
	struct worker_config *snap; /* holds the tls's certificate */
	char gateway[LABEL_MAX];
	struct addr source;
};

/* A new configuration, or new addresses of this machine; either may be NULL. */
struct mail_config {
	struct mail mail;
	struct shard *to;
	struct worker_config *snap;
	struct locals *locals;
};

struct mail_resolved {
	struct mail mail;
	struct shard *to;
	uint32_t id;
	bool again; /* there is a new resolver: ask again */
	struct msg_resolved found;
};

enum command {
	COMMAND_SESSIONS,
	COMMAND_CHANNELS,
	COMMAND_KICK,
	COMMAND_STATS,
	COMMAND_RECORD,
	COMMAND_RECORDED,
	COMMAND_DRAIN
};

struct mail_command {
	struct mail mail;
	struct shard *to;
	uint32_t id; /* of MSG_CONTROL */
	enum command command;
	char gateway[LABEL_MAX];  /* "": all */
	uint64_t session;         /* kick: this one ... */
	uint32_t number;          /* ... the one with this number ... */
	char user[USER_MAX];      /* ... and all of this user; "": none */
	unsigned leave;           /* kick: why; 0: the administrator's */
	char resource[LABEL_MAX]; /* record: of this */
	char token[TOKEN_MAX];    /* record, recorded: whose it is */
	bool stop;                /* recorded: and no more of it */
	uint64_t by_us;           /* drain: all is to have ended then */
};

struct mail_drain {
	struct mail mail;
	struct shard *to;
	bool final; /* sessions end; else: attach again */
};

struct mail_stop {
	struct mail mail;
	struct shard *to;
};

void shard_on_create(struct mail *);
void shard_on_attach(struct mail *);
void shard_on_rights(struct mail *);
void shard_on_config(struct mail *);
void shard_on_resolved(struct mail *);
void shard_on_command(struct mail *);
void shard_on_drain(struct mail *);
struct mailbox *shard_box(struct shard *);

/* ---- to the front ----------------------------------------------------- */

enum news { NEWS_ATTACHED, NEWS_DETACHED, NEWS_ENDED };

struct mail_news {
	struct mail mail;
	struct front *to;
	uint64_t session;
	enum news news;
};

struct mail_report {
	struct mail mail;
	struct front *to;
	uint32_t id;
	json_t *part; /* an array, or an object of numbers */
};

struct mail_drained {
	struct mail mail;
	struct front *to;
	unsigned shard; /* its index */
};

/* Run in the front's thread; each frees its mail. */
struct front_ops {
	void (*news)(struct mail *);    /* struct mail_news */
	void (*report)(struct mail *);  /* struct mail_report */
	void (*drained)(struct mail *); /* struct mail_drained */
};

/* ---- shards ----------------------------------------------------------- */

/* All of them, with a share of `memory` bytes each; 0 or an error. */
MUST_CHECK int shards_init(struct worker *, unsigned n, struct worker_config *,
			   struct locals *, uint64_t memory);
/* Their threads begin, or go on; 0 or ERR_SYS. */
MUST_CHECK int shards_run(struct worker *);
/* Their threads end, and nothing else does. */
void shards_pause(struct worker *);
/* Ends their sessions and threads. */
void shards_stop(struct worker *);
/* How many sessions it has; from any thread. */
unsigned shard_load(const struct worker *, unsigned index);
struct shard *shard_at(const struct worker *, unsigned index);

/* The session's id names its shard ... */
static inline unsigned shard_index(uint64_t session)
{
	return (unsigned)(session & 0xff);
}

/* ... also where it comes from a worker that had more of them. */
static inline struct shard *shard_of(const struct worker *w, uint64_t session)
{
	return shard_at(w, shard_index(session) % w->nshards);
}

/* The rest of it is unique. */
static inline uint32_t session_key(uint64_t session)
{
	return (uint32_t)(session >> 8);
}

#endif
