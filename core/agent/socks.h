/* SPDX-License-Identifier: BSD-2-Clause */
/* socks.h - the SOCKS5 listener. */
#ifndef ADIT_AGENT_SOCKS_H
#define ADIT_AGENT_SOCKS_H

struct agent;

/* Opens the listener agent.socks, if the configuration or the resources ask
 * for it. */
void socks_listen(struct agent *);
/* Ends the conversations with clients that have no answer yet. */
void socks_drop_all(struct agent *);

#endif
