/* SPDX-License-Identifier: BSD-2-Clause */
/* pam_side.h - the processes that talk with PAM, one for each conversation. */
#ifndef ADIT_MONITOR_PAM_SIDE_H
#define ADIT_MONITOR_PAM_SIDE_H

#include "process/msg_pam.h"

#include <ev.h>
#include <stdbool.h>

/* Seconds for what PAM does by itself: a process that has neither asked nor
 * answered then is killed. */
#define PAM_LIMIT_S 30.

struct pams;
struct pam_talk;

struct pam_ops {
	/* A question: pam_talk_answer or pam_talk_drop follow. */
	void (*asks)(void *ctx, const struct prompt *);
	/* Of TALK_PASSWORD: stages auth and account are passed.  pam_talk_go_on
	 * or pam_talk_drop follow.  `took`: a module was given the password of
	 * the login. */
	void (*proved)(void *ctx, bool took);
	/* The last call of a conversation.  NULL: its process was killed or
	 * ended by itself. */
	void (*done)(void *ctx, const struct msg_pam_done *);
};

struct pams *pams_new(struct ev_loop *);
/* Kills all. */
void pams_free(struct pams *);
/* Processes, also those that are about to end. */
unsigned pams_count(const struct pams *);

/* Starts a process, with the rights of this one; m->password is wiped.  NULL:
 * it cannot be started, which is logged.  The conversation frees itself after
 * `done` or pam_talk_drop. */
MUST_CHECK struct pam_talk *pam_talk_new(struct pams *, struct msg_pam *m,
					 const struct pam_ops *, void *ctx);
/* Wiped. */
void pam_talk_answer(struct pam_talk *, struct answer *);
/* Has PAM ask for the new password. */
void pam_talk_go_on(struct pam_talk *);
/* Its process is killed; no function of its ops is called any more. */
void pam_talk_drop(struct pam_talk *);

#endif
