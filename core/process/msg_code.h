/* SPDX-License-Identifier: BSD-2-Clause */
/* msg_code.h - what worker and monitor say about the one-time code of a user
 * who has a session. */
#ifndef ADIT_PROCESS_MSG_CODE_H
#define ADIT_PROCESS_MSG_CODE_H

#include "frame/code.h"
#include "process/msg_rights.h"

/* MSG_CODE.  The stamp proves to the monitor that this user has logged in:
 * whoever is in the worker can guess at nobody else's codes. */
struct msg_code {
	struct msg_right who; /* its id does not count */
	struct addr source;   /* of the session's tunnel */
	/* Secret: to be wiped.  "": can there be one? */
	char code[CODE_MAX];
};
size_t pack_msg_code(uint8_t *p, size_t cap, const struct msg_code *);
MUST_CHECK int unpack_msg_code(struct msg_code *, const uint8_t *p, size_t n);

enum { CODE_READY = CODE_STATES, CODE_VERDICTS };
struct msg_code_is {      /* MSG_CODE_IS */
	uint8_t verdict;  /* enum code_state; CODE_READY: there can be one */
	uint32_t wait_ms; /* with CODE_LATER */
};
size_t pack_msg_code_is(uint8_t *p, size_t cap, const struct msg_code_is *);
MUST_CHECK int unpack_msg_code_is(struct msg_code_is *, const uint8_t *p,
				  size_t n);

#endif
