/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_rights.h - what worker and monitor say about users who have sessions. */
#ifndef ADIT_PROCESS_MSG_RIGHTS_H
#define ADIT_PROCESS_MSG_RIGHTS_H

#include "process/msg.h"

#define RIGHTS_AT_ONCE 16
struct msg_right { /* one question of MSG_RIGHTS */
	uint32_t id;
	char user[USER_MAX];
	char gateway[LABEL_MAX];
	uint8_t stamp[STAMP_LEN]; /* from the login of that session */
};
/* n questions, RIGHTS_AT_ONCE at most.  Bytes, 0 if they do not fit. */
size_t pack_msg_rights(uint8_t *p, size_t cap, const struct msg_right *,
		       unsigned n);
/* Into an array of RIGHTS_AT_ONCE.  0 or ERR_PROTO. */
MUST_CHECK int unpack_msg_rights(struct msg_right *, unsigned *n,
				 const uint8_t *p, size_t len);

enum msg_rights {
	RIGHTS_LOST,    /* removed, locked, or with another password */
	RIGHTS_KEPT,    /* with these groups */
	RIGHTS_UNKNOWN, /* the users file cannot be read */
	RIGHTS_VERDICTS
};

struct msg_rights_are {    /* MSG_RIGHTS_ARE */
	uint8_t verdict;   /* enum msg_rights */
	char groups[1024]; /* of the users file */
};
size_t pack_msg_rights_are(uint8_t *p, size_t cap,
			   const struct msg_rights_are *);
MUST_CHECK int unpack_msg_rights_are(struct msg_rights_are *, const uint8_t *p,
				     size_t n);

#endif
