/* SPDX-License-Identifier: BSD-2-Clause */
/* limits.c - which limits count for one user of a gateway. */
#include "policy/limits.h"

#include "policy/conf_parts.h"

#include <stdio.h>
#include <string.h>

static const char *const limits_keys[LIMITS] = {
	[LIMIT_SESSIONS] = "sessions_per_user",
	[LIMIT_CONNECTIONS] = "connections_per_user",
	[LIMIT_BEGINS] = "connections_per_second",
	[LIMIT_TO_SERVER] = "rate_to_server",
	[LIMIT_TO_CLIENT] = "rate_to_client",
	[LIMIT_MEMORY] = "memory",
};

const char *policy_limit_key(enum policy_limit_kind kind)
{
	return limits_keys[kind];
}

const char *policy_limit_text(const struct policy_limits *l,
			      enum policy_limit_kind kind, char *to)
{
	const struct policy_limit *is = &l->is[kind];

	snprintf(to, LIMIT_TEXT, "%s in [%s %s]", limits_keys[kind], is->kind,
		 is->name);
	return to;
}

static uint64_t limits_value(const struct gw_limits *l,
			     enum policy_limit_kind kind)
{
	switch (kind) {
	case LIMIT_SESSIONS:
		return l->sessions_per_user;
	case LIMIT_CONNECTIONS:
		return l->connections_per_user;
	case LIMIT_BEGINS:
		return l->connections_per_second;
	case LIMIT_TO_SERVER:
		return l->rate[TO_SERVER];
	case LIMIT_TO_CLIENT:
		return l->rate[TO_CLIENT];
	case LIMIT_MEMORY:
		return l->memory;
	case LIMITS:
		break;
	}
	return 0;
}

static bool limits_is_stricter(uint64_t a, uint64_t b)
{
	return a && (!b || a < b);
}

static void limits_from_gateway(const struct gw_gateway *g,
				struct policy_limits *out)
{
	for (unsigned i = 0; i < LIMITS; i++)
		out->is[i] = (struct policy_limit){
			i < LIMIT_TO_SERVER ? limits_value(&g->limits, i) : 0,
			"gateway",
			g->name,
		};
}

static void limits_from_group(struct gw_group *g, struct policy_limits *out)
{
	const struct opt_target t = { gw_group_opts, g, &g->lines };

	for (unsigned i = 0; i < LIMITS; i++) {
		struct policy_limit *is = &out->is[i];
		uint64_t most = limits_value(&g->limits, i);

		if (!opt_is_given(&t, limits_keys[i]))
			continue;
		if (strcmp(is->kind, "group") ||
		    limits_is_stricter(most, is->most))
			*is = (struct policy_limit){ most, "group", g->name };
	}
}

static void limits_from_user(struct gw_user *u, struct policy_limits *out)
{
	const struct opt_target t = { gw_user_opts, u, &u->lines };

	for (unsigned i = 0; i < LIMITS; i++)
		if (opt_is_given(&t, limits_keys[i]))
			out->is[i] = (struct policy_limit){
				limits_value(&u->limits, i),
				"user",
				u->name,
			};
}

void policy_limits(const struct gw_conf *c, const struct grant *g,
		   struct policy_limits *out)
{
	limits_from_gateway(g->gateway, out);
	for (size_t i = 0; i < c->ngroups; i++)
		if (policy_counts(c, g->gateway, &c->groups[i]) &&
		    policy_is_member(g, &c->groups[i]))
			limits_from_group(&c->groups[i], out);
	for (size_t i = 0; i < c->nusers; i++)
		if (!strcmp(c->users[i].name, g->user))
			limits_from_user(&c->users[i], out);
}
