/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.h - which limits count for one user of a gateway.
 *
 * What [user NAME] says counts before what a [group] says, and that before
 * [gateway].  Where several groups of the user have the same key, the strictest
 * counts.  The rates of [gateway] are no defaults, but those of all its users
 * together; memory stands in [group] and [user] only. */
#ifndef ADIT_POLICY_LIMITS_H
#define ADIT_POLICY_LIMITS_H

#include "policy/policy.h"

enum policy_limit_kind {
	LIMIT_SESSIONS,    /* sessions_per_user */
	LIMIT_CONNECTIONS, /* connections_per_user */
	LIMIT_BEGINS,      /* connections_per_second */
	LIMIT_TO_SERVER,   /* rate_to_server, in bytes per second */
	LIMIT_TO_CLIENT,
	LIMIT_MEMORY, /* memory: bytes that connections keep */
	LIMITS
};

/* kind and name are those of the section that it stands in; they belong to the
 * config. */
struct policy_limit {
	uint64_t most; /* 0: there is no limit */
	const char *kind, *name;
};

struct policy_limits {
	struct policy_limit is[LIMITS];
};

void policy_limits(const struct gw_conf *c, const struct grant *g,
		   struct policy_limits *out);
/* The key of the configuration file. */
const char *policy_limit_key(enum policy_limit_kind kind);
/* "connections_per_user in [group staff]", in to[LIMIT_TEXT]. */
enum { LIMIT_TEXT = 112 };
const char *policy_limit_text(const struct policy_limits *l,
			      enum policy_limit_kind kind, char *to);

#endif
