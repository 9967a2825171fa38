/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.h - decides whether a login is right: the users file, the waiting times
 * of guessers, the processes that check passwords. */
#ifndef ADIT_MONITOR_AUTH_H
#define ADIT_MONITOR_AUTH_H

#include "process/msg.h"
#include "process/privs.h"

#include <ev.h>

struct auth;

struct auth_conf {
	struct ev_loop *loop; /* the default one: children are waited for */
	const struct privs_user *user; /* of the checkers; kept by reference */
	const uint8_t *stamp_key;      /* STAMP_KEY bytes; likewise */
	void (*done)(void *ctx, uint32_t id, const struct msg_auth_result *);
	void *ctx;
	const char *state_dir; /* kept by reference; NULL: nothing outlives the
				* process */
};

/* One login: a user's name and password, from an address, at a gateway. */
struct auth_try {
	uint32_t id;         /* of the answer; the caller chooses it */
	const char *gateway; /* its name */
	const char *users;   /* its users file */
	struct msg_auth *asked;
};

struct auth_counters {
	uint64_t accepted, refused;
	uint64_t delayed; /* told to try again later */
	size_t waiting;   /* now */
};

/* NULL: there is no memory. */
MUST_CHECK struct auth *auth_new(const struct auth_conf *);
void auth_free(struct auth *);
/* conf.done is called exactly once with the answer, perhaps before this
 * returns, unless auth_forget comes first.  Wipes asked->password. */
void auth_submit(struct auth *, const struct auth_try *);
/* The worker that asked is gone: conf.done is called for none of its logins. */
void auth_forget(struct auth *);
/* Writes what it knows of failed logins, and from where users have logged in,
 * into state_dir, for the next aditd.  A failure is logged. */
void auth_keep(struct auth *);
void auth_count(const struct auth *, struct auth_counters *);

#endif
