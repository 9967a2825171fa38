/* SPDX-License-Identifier: BSD-2-Clause */
/* http_connect.h - HTTP at the agent's proxy port: CONNECT, requests for URLs
 * with http://, and the proxy auto-configuration file. */
#ifndef ADIT_AGENT_HTTP_CONNECT_H
#define ADIT_AGENT_HTTP_CONNECT_H

#include "agent/talk.h"

extern const struct talk_ops http_ops;

/* Accepts NULL. */
void http_talk_free(struct http_talk *);

#endif
