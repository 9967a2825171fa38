/* SPDX-License-Identifier: BSD-2-Clause */
/* user_use.h - how much of each limit a user has in use, and the limit. */
#ifndef ADIT_PROCESS_USER_USE_H
#define ADIT_PROCESS_USER_USE_H

#include "policy/policy.h"

#include <jansson.h>

/* An object with sessions, connections, memory and their "_limit"s, each a
 * number or null: without a limit, or where `sessions` is NULL, which is a list
 * of the worker. */
json_t *user_use(const struct gw_conf *, const struct grant *,
		 const json_t *sessions);

#endif
