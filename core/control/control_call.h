/* SPDX-License-Identifier: BSD-2-Clause */
/* control_call.h - sends a request to a running aditd or agent, and waits for
 * the answer: a line of JSON each. */
#ifndef ADIT_CONTROL_CONTROL_CALL_H
#define ADIT_CONTROL_CONTROL_CALL_H

#include "control/control_limits.h"
#include "control/control_socket.h"

#include <jansson.h>

struct control_call {
	const struct control_side *side; /* who is asked */
	const char *path;                /* of its socket */
	int timeout;                     /* seconds for the answer */
	/* filled: */
	bool connected;        /* somebody listens there */
	int error;             /* errno where a system call failed, or 0 */
	pid_t pid;             /* of who listens; 0: unknown */
	char why[CONTROL_WHY]; /* what went wrong, for people */
};

/* Takes `request`.  Returns the answer, any object, which is the caller's; or
 * NULL, with why[] filled and *err
 *   ERR_NOTFOUND  nobody listens there,
 *   ERR_DENIED    this user may not connect, or somebody else listens there,
 *   ERR_CLOSED    the connection ended before the answer: the server ends, or
 *                 does not talk to this user,
 *   ERR_TIMEOUT, ERR_PROTO (no JSON object), ERR_LIMIT, ERR_NOMEM, ERR_SYS. */
MUST_CHECK json_t *control_call_exchange(struct control_call *, json_t *request,
					 int *err);
/* The same, but an answer {"error": text} gives NULL, ERR_DENIED and the text
 * in why[]. */
MUST_CHECK json_t *control_call_ask(struct control_call *, json_t *request,
				    int *err);

#endif
