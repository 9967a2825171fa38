/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_known.h - what PAM has said of users who have sessions, and when it is
 * asked again whether they may still come in (stage account).
 *
 * The monitor must not wait for PAM: a question about a session is answered by
 * what is known, and PAM is asked afterwards.  Where that brings news, the
 * worker asks about all sessions once more. */
#ifndef ADIT_MONITOR_PAM_KNOWN_H
#define ADIT_MONITOR_PAM_KNOWN_H

#include "base/defs.h"

#include <ev.h>

struct pam_known;
struct pams;

/* `news` is called when an answer has changed. */
struct pam_known *pam_known_new(struct ev_loop *, struct pams *,
				void (*news)(void *ctx), void *ctx);
void pam_known_free(struct pam_known *);
/* A login: `who` is "gateway/user"; groups of the system, "a,b". */
void pam_known_put(struct pam_known *, const char *who, const char *user,
		   const char *groups);
/* To be asked of users who have logged in, and no others: each gets a place
 * here, and a process.  0 and his groups, valid until the next call;
 * ERR_DENIED: he may not come in any more; ERR_AGAIN: nothing is known yet. */
MUST_CHECK int pam_known_ask(struct pam_known *, const char *gateway,
			     const char *user, const char **groups);
/* From now on each user is asked about once more. */
void pam_known_age(struct pam_known *);

#endif
