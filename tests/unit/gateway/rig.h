/* SPDX-License-Identifier: BSD-2-Clause */
/* rig.h - one shard without a thread, a process, a network or a clock of its own.
 *
 *   agent's session <- rig_pump -> gateway's session -> shard -> mail to the front
 *
 * What leaves the data side is replaced by the linker (--wrap, local.mk): the
 * tunnel and its TLS are always there, connections to servers fail or are one end
 * of a pair of sockets, the log is kept as text, and the time stands still until
 * rig.now_us is moved. */
#ifndef ADIT_TEST_GATEWAY_RIG_H
#define ADIT_TEST_GATEWAY_RIG_H

#include "base/handover.h"
#include "base/log.h"
#include "channel/pump.h"
#include "gateway/gchan.h"

#include <check.h>

struct rig {
	struct worker worker;
	struct loop front; /* the thread to which the shard's mail goes */
	struct shard *shard;
	uint64_t now_us;
	int64_t calendar;              /* seconds since 1970 */
	unsigned news[NEWS_ENDED + 1]; /* how many of each have come */
	uint64_t news_about;           /* session of the last one */
	unsigned drained;              /* how often the shard has said so */
	unsigned questions;            /* about one-time codes, to the front */
	struct mail_code question;     /* the last one */
	json_t *part;                  /* of the last report; owned */
	unsigned refused;    /* enum leave of the last ATTACH refused */
	int resolver;        /* the other end of worker.names */
	int connect_errno;   /* why connections fail; 0: they do not */
	bool tcp;            /* connections are real ones, to 127.0.0.1 */
	int server;          /* other end of the last connection, or -1 */
	struct addr dialled; /* where the last one went */
	char said[1 << 16];  /* lines of the log and the audit */
	size_t nsaid;
	enum log_level level; /* of the last line of the log */
};
extern struct rig rig;

/* A configuration with a user alice, resources `echo` (127.0.0.1), `name` (a
 * host name), and `any`. */
extern const char rig_conf[];

/* `plugin` is what the resources use that name one; or NULL. */
void rig_begin(const char *conf, const struct adit_plugin *plugin);
/* Ends all sessions, and fails where anything of them is left. */
void rig_end(void);
/* What was put off to the end of a turn, here and in the front. */
void rig_turn(void);
/* The same configuration again, or another one, as a reload brings it. */
void rig_reload(const char *conf);
/* Whether that stands in a line of the log since the last rig_hush. */
bool rig_said(const char *text);
void rig_hush(void);
/* One question to the resolver; false: there is none.  Its answer. */
bool rig_question(struct msg_resolve *, uint32_t *id);
void rig_resolve(uint32_t id, const char *addr);

/* A user's end: the session as the agent has it. */
struct rig_user {
	uint64_t id;
	uint32_t number, generation;
	struct side side;     /* .s: the agent's session */
	struct expect expect; /* the last one */
	bool is_old;          /* an agent without FLAG_SHARES */
	bool accepts;         /* channels of the gateway: into side.mems */
	unsigned wanted;      /* frames CODE_WANTED ... */
	struct code_wanted last_wanted; /* ... and the last one */
	unsigned answers;               /* frames CODE_IS ... */
	struct code_is last_answer;     /* ... and the last one */
	struct buf resources; /* what RESOURCES have said, from FIRST on ... */
	struct buf names;     /* ... and NAMES between them ... */
	struct buf addresses; /* ... and ADDRESSES ... */
	unsigned pages;       /* ... in how many RESOURCES frames */
};

/* The session that a login made. */
struct gsession *rig_login(struct rig_user *, const char *name,
			   const char *groups);
/* A new tunnel, with an ATTACH as it should be; `old`: of an earlier
 * generation. */
void rig_attach(struct rig_user *, bool old);
/* Frames go both ways until none is left. */
void rig_pump(struct rig_user *, struct gsession *);
/* The tunnel is gone: ERR_CLOSED, ERR_PROTO. */
void rig_down(struct rig_user *, struct gsession *, int err);
void rig_logout(struct rig_user *);
/* A rig with alice, who is logged in and has a tunnel. */
struct gsession *rig_start(struct rig_user *, const char *conf,
			   const struct adit_plugin *);
/* Two of them, alice and bob, each with a tunnel. */
struct rig_two {
	struct rig_user alice, bob;
	struct gsession *of_alice, *of_bob;
};
void rig_begin_two(struct rig_two *);
void rig_end_two(struct rig_two *);
/* Frames, sockets and what is put off, until nothing moves. */
void rig_settle(struct rig_user *, struct gsession *);
/* An application at the agent dials that. */
struct mem *rig_open(struct rig_user *, struct gsession *, const char *host,
		     uint16_t port);
/* The first channel that the gateway's session has, or NULL. */
struct gchan *rig_gchan(const struct gsession *);
/* To another worker, and into this shard again: first all of it leaves, as in
 * the old worker, which ends; then it arrives, as in the new one.  NULL: it did
 * not; *bad: because of what came.  rig_arrive frees what has left. */
void rig_leave(struct handover *, struct gsession *);
struct gsession *rig_arrive(struct handover *, bool *bad);
/* Sets the shard's load to the sessions that it has. */
void rig_count_sessions(void);
/* The answer is in rig.part. */
void rig_command(const struct mail_command *);
/* A number in such an answer; 0: it is not there. */
json_int_t rig_number(const json_t *, const char *key);

#endif
