/* SPDX-License-Identifier: BSD-2-Clause */
/* auth.h - decides logins: users file, penalties, password checkers. */
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
	const char *state_dir; /* kept by reference; NULL: forgets */
};

struct auth_try {
	uint32_t id;
	const char *gateway; /* its name */
	const char *users;   /* its users file */
	struct msg_auth *asked;
};

struct auth_counters {
	uint64_t accepted, refused, delayed;
	size_t waiting;
};

struct auth *auth_new(const struct auth_conf *);
void auth_free(struct auth *);
/* `done` is called exactly once, perhaps before this returns, unless
 * auth_forget comes first.  Wipes asked->password. */
void auth_submit(struct auth *, const struct auth_try *);
/* The worker that asked is gone: `done` is called for none of its tries. */
void auth_forget(struct auth *);
/* Writes failed logins and known places into state_dir, for the next aditd. */
void auth_keep(struct auth *);
void auth_count(const struct auth *, struct auth_counters *);

#endif
