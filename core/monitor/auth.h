/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.h - decides whether a login is right: the users file, the waiting times
 * of guessers, the processes that check passwords. */
#ifndef ADIT_MONITOR_AUTH_H
#define ADIT_MONITOR_AUTH_H

#include "monitor/login_times.h"
#include "policy/conf.h"
#include "process/msg.h"
#include "process/privs.h"

#include <ev.h>

struct auth;
struct change_ops;
struct client_side;

struct auth_conf {
	struct ev_loop *loop; /* the default one: children are waited for */
	const struct privs_user *user; /* of the checkers; kept by reference */
	const uint8_t *stamp_key;      /* STAMP_KEY bytes; likewise */
	/* Whether users may keep their sessions has changed: the worker is to
	 * ask again.  With ctx. */
	void (*news)(void *ctx);
	/* A user has another password; may be NULL.  With ctx. */
	void (*changed)(void *ctx, const char *user, const char *gateway);
	void *ctx;
	const struct change_ops *change; /* of change.c */
	const char *state_dir; /* kept by reference; NULL: nothing outlives the
				* process */
};

/* Who asks for logins, and hears of them; must outlive them, or call
 * auth_forget. */
struct auth_asker {
	void (*done)(void *ctx, uint32_t id, const struct msg_auth_result *);
	/* A question for who logs in: auth_answered or auth_leave follow. */
	void (*ask)(void *ctx, uint32_t id, const struct prompt *);
	void *ctx;
};

/* One login: a user's name, and perhaps a password, from an address, at a
 * gateway. */
struct auth_try {
	const struct auth_asker *asker;
	uint32_t id;          /* of the answer; the asker chooses it */
	const char *gateway;  /* its name */
	const char *users;    /* its users file */
	struct gw_conf *conf; /* of which a reference is kept; may be NULL
			       * where no method but `users` is used */
	const struct auth_rule *rule;
	struct client_side *client; /* of the gateway; NULL: none */
	int chain; /* memfd of the certificates that were shown; -1: none.
		    * It is closed. */
	uint32_t timeout_ms; /* of the questions, all in all */
	struct msg_auth *asked;
	/* Of a user who has a session: the answer to the one question of the
	 * rule, which is that for a one-time code.  It has lines of its own in
	 * guesses.h, so that a right password buys no guesses at codes.  NULL:
	 * it is a login. */
	const char *code;
};

struct auth_counters {
	uint64_t result[LOGIN_RESULTS];
	size_t waiting; /* now */
};

/* NULL: there is no memory. */
MUST_CHECK struct auth *auth_new(const struct auth_conf *);
void auth_free(struct auth *);
/* asker->done is called exactly once with the answer, perhaps before this
 * returns, unless auth_leave or auth_forget come first.  Wipes
 * asked->password. */
void auth_submit(struct auth *, const struct auth_try *);
/* The answer to the question that asker->ask got for login `id`; it is wiped.
 * Nothing where that is not asked anything now. */
void auth_answered(struct auth *, const struct auth_asker *, uint32_t id,
		   struct answer *);
/* Whether what it was asked is the new password: all else was right. */
bool auth_asks_new(struct auth *, const struct auth_asker *, uint32_t id);
/* Nobody will answer it. */
void auth_leave(struct auth *, const struct auth_asker *, uint32_t id);
/* The asker is gone: it hears of none of its logins any more. */
void auth_forget(struct auth *, const struct auth_asker *);
/* Writes what it knows of failed logins, and from where users have logged in,
 * into state_dir, for the next aditd.  A failure is logged. */
void auth_keep(struct auth *);
/* What is remembered about users who have sessions is asked anew. */
void auth_age(struct auth *);
void auth_count(const struct auth *, struct auth_counters *);
/* Of logins by methods and result, as login_times_json has it; the caller's. */
json_t *auth_times(const struct auth *);

#endif
