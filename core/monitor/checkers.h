/* SPDX-License-Identifier: BSD-2-Clause */
/* checkers.h - the processes that check and hash passwords, started when they
 * are needed. */
#ifndef ADIT_MONITOR_CHECKERS_H
#define ADIT_MONITOR_CHECKERS_H

#include "base/defs.h"
#include "process/privs.h"
#include "process/msg_certificate.h"

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

enum { CHECKERS = 4 };

enum check { CHECK_WRONG, CHECK_RIGHT, CHECK_FAILED };

struct checkers;
/* `done`: the check that checkers_ask started as `id` has ended; CHECK_FAILED
 * if its process did, so that nobody knows. */
struct checkers *checkers_new(struct ev_loop *, const struct privs_user *,
			      void (*done)(void *ctx, uint32_t id, enum check),
			      void *ctx);
void checkers_free(struct checkers *);
/* Whether checkers_ask can start a check now. */
bool checkers_has_room(const struct checkers *);
/* `hash` "": no password fits it.  0, or ERR_AGAIN: all are busy; the
 * next `done` is the time to ask again.  ERR_SYS: none can be started. */
MUST_CHECK int checkers_ask(struct checkers *, uint32_t id, const char *hash,
			    const char *password);

/* Has a new password hashed.  As checkers_ask, but the end is told to the
 * function that checkers_on_hash has set. */
MUST_CHECK int checkers_ask_hash(struct checkers *, uint32_t id,
				 const char *password);
/* `hash` "": nobody could make it. */
void checkers_on_hash(struct checkers *,
		      void (*hashed)(void *ctx, uint32_t id, const char *hash));

/* Has a chain verified.  `fds`: the two of MSG_CERTIFICATE, which stay the
 * caller's.  As checkers_ask, but the end is told to the function that
 * checkers_on_certificate has set. */
MUST_CHECK int checkers_ask_certificate(struct checkers *all, uint32_t id,
					const struct msg_certificate *,
					const int fds[2]);
/* `answer` NULL: the checker has ended, and nobody knows. */
void checkers_on_certificate(struct checkers *,
			     void (*certified)(void *ctx, uint32_t id,
					       const struct client_answer *));

#endif
