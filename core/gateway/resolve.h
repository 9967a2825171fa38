/* SPDX-License-Identifier: BSD-2-Clause */
/* resolve.h - looks a name up, and waits for the answer. */
#ifndef ADIT_GATEWAY_RESOLVE_H
#define ADIT_GATEWAY_RESOLVE_H

#include "gateway/msg.h"

/* In getaddrinfo's order, without doubles and ports.  n = 0: it has none; the
 * reason, for the log, is returned then, and NULL otherwise. */
const char *resolve_host(const char *host, struct msg_resolved *found);

#endif
