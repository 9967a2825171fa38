/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_call.h - asks a running agent, wherever its socket is. */
#ifndef ADIT_ADIT_AGENT_CALL_H
#define ADIT_ADIT_AGENT_CALL_H

#include "control/control_call.h"

struct agent_place;

struct agent_call {
	struct control_call call; /* side and timeout come from agent_call_init */
	char found[128];          /* a path that agent_call_find came upon */
};

/* `timeout`: seconds for an answer. */
void agent_call_init(struct agent_call *, int timeout);

/* Asks at call.path.  Takes `request`.  The answer is an object of the caller's.
 * NULL: call.why is filled, and *err is ERR_NOTFOUND where no agent runs,
 * ERR_DENIED where the agent says no, or another. */
MUST_CHECK json_t *agent_call_ask(struct agent_call *, json_t *request,
				  int *err);
/* The same at the usual socket of this configuration, else at the one that the
 * agent's lock names; where none is left the agent makes a new one.  ERR_CLOSED: an
 * agent runs and cannot be asked.  call.path is filled. */
MUST_CHECK json_t *agent_call_find(struct agent_call *,
				   const struct agent_place *, json_t *request,
				   int *err);
/* Until the process of the agent that answered is gone: 0, ERR_TIMEOUT, ERR_SYS. */
MUST_CHECK int agent_call_wait_gone(const struct agent_call *);

#endif
