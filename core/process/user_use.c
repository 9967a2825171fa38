/* SPDX-License-Identifier: BSD-2-Clause */
/* user_use.c - how much of each limit a user has in use, and the limit. */
#include "process/user_use.h"

#include "policy/limits.h"

#include <stdbool.h>
#include <string.h>

static bool use_is(const json_t *object, const char *key, const char *text)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && !strcmp(value, text);
}

/* What a user has in all sessions at a gateway. */
struct use {
	bool known; /* an aditd runs */
	json_int_t sessions, connections, memory;
};

/* Connections and memory are the user's, and the same in each session. */
static struct use use_of(const json_t *sessions, const char *gateway,
			 const char *user)
{
	struct use u = { .known = sessions };

	for (size_t i = 0; i < json_array_size(sessions); i++) {
		const json_t *s = json_array_get(sessions, i);

		if (!use_is(s, "user", user) || !use_is(s, "gateway", gateway))
			continue;
		u.sessions++;
		u.connections = json_integer_value(
			json_object_get(s, "user_connections"));
		u.memory = json_integer_value(
			json_object_get(s, "user_memory"));
	}
	return u;
}

static json_t *use_number(const struct use *u, json_int_t n)
{
	return u->known ? json_integer(n) : json_null();
}

static json_t *use_limit(const struct policy_limits *l,
			 enum policy_limit_kind kind)
{
	return l->is[kind].most ? json_integer((json_int_t)l->is[kind].most) :
				  json_null();
}

json_t *user_use(const struct gw_conf *c, const struct grant *grant,
		 const json_t *sessions)
{
	struct use u = use_of(sessions, grant->gateway->name, grant->user);
	struct policy_limits l;

	policy_limits(c, grant, &l);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "sessions",
			 use_number(&u, u.sessions), "sessions_limit",
			 use_limit(&l, LIMIT_SESSIONS), "connections",
			 use_number(&u, u.connections), "connections_limit",
			 use_limit(&l, LIMIT_CONNECTIONS), "memory",
			 use_number(&u, u.memory), "memory_limit",
			 use_limit(&l, LIMIT_MEMORY));
}
