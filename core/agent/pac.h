/* SPDX-License-Identifier: BSD-2-Clause */
/* pac.h - a proxy auto-configuration file: which URLs a browser asks the agent
 * for. */
#ifndef ADIT_AGENT_PAC_H
#define ADIT_AGENT_PAC_H

#include "base/buf.h"

struct agent;
struct addr;

/* Where it is, at the agent's proxy port. */
#define PAC_PATH "/proxy.pac"

/* Appends the file, for a proxy at `at`: the hosts of Web-Links and the names
 * of resources, each with the resource's ports.  0 or ERR_NOMEM. */
MUST_CHECK int pac_write(struct agent *, const struct addr *at, struct buf *to);

#endif
