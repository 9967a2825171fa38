/* SPDX-License-Identifier: BSD-2-Clause */
/* shard_mail.h - what the front and the shards say to each other: messages
 * between threads (process/mailbox.h), each allocated by who sends it and freed
 * by the function that takes it.
 *
 *   front  --create, attach, rights, config, resolved, command, drain-->  shard
 *   front  --code_is--------------------------------------------------->  shard
 *   front  <--news (attached, detached, ended), report, drained, code---  shard
 *   shard  --claim (claims.h)------------------------------------------>  shard
 */
#ifndef ADIT_GATEWAY_SHARD_MAIL_H
#define ADIT_GATEWAY_SHARD_MAIL_H

#include "frame/payload.h"
#include "gateway/worker_config.h"
#include "process/locals.h"
#include "process/mailbox.h"
#include "process/msg_code.h"

#include <jansson.h>

enum { TOKEN_MAX = 40 };

struct shard;
struct front;

/* ---- to a shard ------------------------------------------------------- */

/* A user has logged in: his session begins. */
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
	bool has_code; /* the login had a one-time code */
	struct addr source;
};

/* The groups that the users file gives to the user of this session now. */
struct mail_rights {
	struct mail mail;
	struct shard *to;
	uint64_t session;
	char groups[1024];
};

/* The user has changed the password, and goes on with this session. */
struct mail_stamp {
	struct mail mail;
	struct shard *to;
	uint64_t session;
	uint8_t stamp[STAMP_LEN];
};

/* A TLS connection whose agent wants it to be the tunnel of a session. */
struct mail_attach {
	struct mail mail;
	struct shard *to;
	struct attach attach;
	uint32_t marker; /* of the ATTACH frame */
	bool shares;     /* FLAG_SHARES of it */
	bool codes;      /* FLAG_CODES of it */
	int fd;
	struct tls *tls;
	struct worker_config *config; /* a reference: has tls's certificate */
	char gateway[LABEL_MAX];
	struct addr source;
};

/* A new configuration, or new addresses of this machine; either may be NULL. */
struct mail_config {
	struct mail mail;
	struct shard *to;
	struct worker_config *config;
	struct locals *locals;
};

/* The resolver's answer to the question `id` of this shard. */
struct mail_resolved {
	struct mail mail;
	struct shard *to;
	uint32_t id;
	bool again; /* the resolver is a new process: ask again */
	struct msg_resolved found;
};

/* The answer to mail_code. */
struct mail_code_is {
	struct mail mail;
	struct shard *to;
	uint64_t session;
	uint32_t question;
	struct msg_code_is is;
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

/* A command of the administrator, answered by a mail_report with its `id`. */
struct mail_command {
	struct mail mail;
	struct shard *to;
	uint32_t id; /* of MSG_CONTROL */
	enum command command;
	char gateway[LABEL_MAX];  /* "": sessions of all gateways */
	uint64_t session;         /* KICK: this session ... */
	uint32_t number;          /* ... the one with this number ... */
	char user[USER_MAX];      /* ... and all of this user; "": none */
	unsigned leave;           /* KICK: enum leave; 0: LEAVE_KICKED */
	char resource[LABEL_MAX]; /* RECORD: whose channel is recorded */
	char token[TOKEN_MAX];    /* RECORD, RECORDED: the recording's */
	bool stop;                /* RECORDED: the recording ends */
	uint64_t by_us;           /* DRAIN: when sessions end at last */
};

/* All tunnels are to end; the shard answers with mail_drained. */
struct mail_drain {
	struct mail mail;
	struct shard *to;
	bool final; /* sessions end too; else agents attach again */
};

/* The thread is to end (shard.c). */
struct mail_stop {
	struct mail mail;
	struct shard *to;
};

/* Run in the shard's thread; each frees its mail. */
void shard_on_create(struct mail *);
void shard_on_attach(struct mail *);
void shard_on_rights(struct mail *);
void shard_on_code(struct mail *); /* struct mail_code_is */
void shard_on_stamp(struct mail *);
void shard_on_config(struct mail *);
void shard_on_resolved(struct mail *);
void shard_on_command(struct mail *);
void shard_on_claim(struct mail *); /* struct mail_claim, claims.h */
void shard_on_drain(struct mail *);
struct mailbox *shard_box(struct shard *);

/* ---- to the front ----------------------------------------------------- */

enum news { NEWS_ATTACHED, NEWS_DETACHED, NEWS_ENDED };

/* What has happened to a session. */
struct mail_news {
	struct mail mail;
	struct front *to;
	uint64_t session;
	enum news news;
};

/* A shard's part of the answer to the mail_command with this id. */
struct mail_report {
	struct mail mail;
	struct front *to;
	uint32_t id;
	json_t *part; /* owned: an array, or an object of numbers */
};

/* A drain of this shard is over. */
struct mail_drained {
	struct mail mail;
	struct front *to;
	unsigned shard; /* its index */
};

/* A one-time code of a session's user, for the monitor: mail_code_is answers
 * with the same `question`.  The code is secret, "": can there be one? */
struct mail_code {
	struct mail mail;
	struct front *to;
	uint64_t session;
	uint32_t question;
	struct addr source;
	char code[CODE_MAX];
};

/* Run in the front's thread; each frees its mail. */
struct front_ops {
	void (*news)(struct mail *);    /* struct mail_news */
	void (*report)(struct mail *);  /* struct mail_report */
	void (*drained)(struct mail *); /* struct mail_drained */
	void (*code)(struct mail *);    /* struct mail_code */
};

#endif
