/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_pam.h - what the monitor and a process that talks with PAM say to each
 * other:
 *
 *   monitor                                process `aditd: pam`
 *   MSG_PAM     ------------------------>  one conversation
 *               <------------------------  MSG_PAM_ASK, as in frame PROMPT
 *   MSG_PAM_ANSWER --------------------->  as in frame ANSWER
 *               <------------------------  MSG_PAM_PROVED, of TALK_PASSWORD
 *   MSG_PAM_GO_ON ---------------------->  once all else is proved too
 *               <------------------------  MSG_PAM_DONE, then it ends */
#ifndef ADIT_PROCESS_MSG_PAM_H
#define ADIT_PROCESS_MSG_PAM_H

#include "base/addr.h"
#include "frame/payload.h"

enum msg_pam_mode {
	TALK_LOGIN,    /* stages auth, account, session */
	TALK_ACCOUNT,  /* stage account alone: may he still come in? */
	TALK_PASSWORD, /* stages auth and account; when told to go on, a new
			* password */
	TALK_MODES
};

struct msg_pam { /* MSG_PAM */
	uint8_t mode;
	char user[USER_MAX];
	char host[ADDR_TEXT]; /* from where */
	/* Nobody was asked for the password: what PAM asks goes to who logs in,
	 * in its own words. */
	bool asks;
	char password[ANSWER_MAX]; /* secret: to be wiped */
};
size_t pack_msg_pam(uint8_t *p, size_t cap, const struct msg_pam *);
MUST_CHECK int unpack_msg_pam(struct msg_pam *, const uint8_t *p, size_t n);

enum msg_pam_verdict {
	TALK_NO,
	TALK_YES,
	TALK_TROUBLE, /* nobody knows */
	TALK_VERDICTS
};

#define PAM_GROUPS 6000
#define PAM_STAGE 16

struct msg_pam_done { /* MSG_PAM_DONE */
	uint8_t verdict;
	char groups[PAM_GROUPS]; /* "users,staff": of the system */
	const char *stage;       /* "account"; packed only */
	char where[PAM_STAGE];   /* the same, unpacked */
	char why[TEXT_MAX];      /* of PAM, for the log */
};
size_t pack_msg_pam_done(uint8_t *p, size_t cap, const struct msg_pam_done *);
MUST_CHECK int unpack_msg_pam_done(struct msg_pam_done *, const uint8_t *p,
				   size_t n);

#endif
