/* SPDX-License-Identifier: BSD-2-Clause */
/* socks.h - SOCKS5 at the agent's proxy port, and the listener there. */
#ifndef ADIT_AGENT_SOCKS_H
#define ADIT_AGENT_SOCKS_H

#include "agent/talk.h"

struct agent;

extern const struct talk_ops socks_ops;

/* Opens the listener agent.socks, if the configuration or the resources ask
 * for it. */
void socks_listen(struct agent *);
/* Ends the conversations with clients that have no answer yet. */
void socks_drop_all(struct agent *);

#endif
