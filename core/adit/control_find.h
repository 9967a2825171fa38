/* SPDX-License-Identifier: BSD-2-Clause */
/* control_find.h - asks the agent of a configuration, wherever its socket is. */
#ifndef ADIT_ADIT_CONTROL_FIND_H
#define ADIT_ADIT_CONTROL_FIND_H

#include "adit/control_client.h"

struct agent_place;

/* control_ask at the usual socket, else at the one that the agent's lock names;
 * where none is left the agent makes a new one.  ERR_CLOSED: an agent runs and
 * cannot be asked.  call->path is filled. */
MUST_CHECK json_t *control_find(struct control_call *,
				const struct agent_place *, json_t *request,
				int *err);

#endif
