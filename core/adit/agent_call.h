/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_call.h - asks a running agent, wherever its socket is. */
#ifndef ADIT_ADIT_AGENT_CALL_H
#define ADIT_ADIT_AGENT_CALL_H

#include "control/control_call.h"

struct agent_place;

struct agent_call {
	struct control_call call; /* agent_call_init: side and timeout */
	char found[128];          /* the path that agent_call_find has found */
};

/* `timeout`: how long the agent may take to answer, in seconds. */
void agent_call_init(struct agent_call *, int timeout);

/* Asks at call.path.  Takes `request`.  The answer is an object of the
 * caller's.  NULL: call.why is filled, and *err is ERR_NOTFOUND where no agent
 * runs, ERR_DENIED where the agent says no, or another. */
MUST_CHECK json_t *agent_call_ask(struct agent_call *, json_t *request,
				  int *err);
/* The same for the agent of this configuration, wherever it listens: at the
 * usual path, or at the path that the agent has written into its lock file.
 * Where the socket was removed the agent is told to make a new one.
 * ERR_CLOSED: an agent runs, but cannot be reached.  Fills call.path. */
MUST_CHECK json_t *agent_call_find(struct agent_call *,
				   const struct agent_place *, json_t *request,
				   int *err);
/* Waits until the process of the agent that answered has ended.  0, or
 * ERR_TIMEOUT, ERR_SYS. */
MUST_CHECK int agent_call_wait_gone(const struct agent_call *);

#endif
