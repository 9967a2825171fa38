/* SPDX-License-Identifier: BSD-2-Clause */
/* control_client.h - asks a running agent. */
#ifndef ADIT_ADIT_CONTROL_CLIENT_H
#define ADIT_ADIT_CONTROL_CLIENT_H

#include "base/defs.h"

#include <jansson.h>
#include <sys/types.h>

struct control_call {
	const char *path;
	int timeout; /* seconds for the answer */
	/* filled: */
	pid_t pid;       /* of the agent; 0: unknown */
	char why[400];   /* for people */
	char found[128]; /* a path that control_find came upon */
};

/* Takes `request`.  The answer is an object.  NULL: *err is ERR_NOTFOUND where no
 * agent runs, ERR_DENIED where the agent says no, or another; why[] is filled. */
MUST_CHECK json_t *control_ask(struct control_call *, json_t *request,
			       int *err);
/* Until the process of the agent that answered is gone: 0, ERR_TIMEOUT, ERR_SYS. */
MUST_CHECK int control_wait_gone(const struct control_call *);

#endif
