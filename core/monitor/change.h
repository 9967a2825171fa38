/* SPDX-License-Identifier: BSD-2-Clause */
/* change.h - a login that is for another password instead of a session: what
 * follows when it was right.
 *
 *   NOT_YET --> ASKS --> HASHES --> WRITES      the users file
 *           \-> BY_PAM                          PAM asks, and keeps it
 *
 * For folder monitor/ only. */
#ifndef ADIT_MONITOR_CHANGE_H
#define ADIT_MONITOR_CHANGE_H

#include "frame/payload.h"
#include "policy/users.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct attempt;
struct auth;

enum change_step {
	CHANGE_NOT_YET, /* it is a login like any other so far */
	CHANGE_ASKS,    /* what is the new one? */
	CHANGE_HASHES,  /* a checker makes its hash */
	CHANGE_WRITES,  /* the users file is in use by another program */
	CHANGE_BY_PAM,  /* PAM asks for it and keeps it */
};

struct password_change {
	enum change_step step;
	unsigned refused;       /* new passwords that were not taken */
	unsigned tries;         /* at writing the users file */
	ev_timer again;         /* until the next one */
	bool pam_took;          /* the login's password is one of PAM, too */
	bool pam_goes;          /* PAM was told to ask for the new password */
	unsigned secrets;       /* bits: which of PAM's questions want one */
	bool has_fresh;         /* `fresh` is set: the last secret for PAM */
	char fresh[ANSWER_MAX]; /* the new password; secret */
	char hash[USER_HASH_MAX + 1]; /* its hash; secret */
};

static inline void password_change_init(struct password_change *c)
{
	*c = (struct password_change){ 0 };
	ev_init(&c->again, NULL);
}

/* What change.c does for the files that lead a login, which know it by
 * auth_conf.change only. */
struct change_ops {
	/* True: nobody can change a password there, whatever the login would
	 * show; it has ended before its password was looked at. */
	bool (*forbid)(struct attempt *);
	/* The login was right. */
	void (*begin)(struct attempt *);
	/* As method.has_room and attempt_step, from then on. */
	bool (*has_room)(const struct attempt *);
	int (*step)(struct attempt *);
	/* For checkers.h: `ctx` is the struct auth. */
	void (*hashed)(void *ctx, uint32_t id, const char *hash);
	/* Each ends the login: there is another password; or there is none, and
	 * who logs in is told why. */
	void (*done)(struct attempt *);
	void (*failed)(struct attempt *, const char *why);
};
extern const struct change_ops change_ops;

#endif
