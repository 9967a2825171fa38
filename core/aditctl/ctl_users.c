/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users.c - aditctl users: lists who may log in. */
#include "aditctl/ctl_users.h"

#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {
	{ "USER", "user", TABLE_PLAIN, false },
	{ "GATEWAY", "gateway", TABLE_PLAIN, false },
	{ "LOCKED", "locked", TABLE_PLAIN, false },
	{ "HASH", "hash", TABLE_PLAIN, true },
	{ "SESSIONS", "sessions", TABLE_NUMBER, false },
	{ "MEMBER OF", "member_of", TABLE_PLAIN, false },
};

const char *ctl_join(const struct name_list *l, char *dst, size_t cap)
{
	size_t at = 0;

	dst[0] = 0;
	for (size_t i = 0; i < l->n && at < cap; i++)
		at += (size_t)snprintf(dst + at, cap - at, "%s%s", i ? "," : "",
				       l->item[i]);
	return dst;
}

json_t *ctl_names(const struct name_list *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(a, json_string(l->item[i]));
	return a;
}

/* The sessions of a running aditd; NULL if none runs. */
static json_t *ask_sessions(const struct gw_conf *c)
{
	int status;
	json_t *reply = ctl_call_at(c->server.control,
				    json_pack("{s:s}", "command", "sessions"),
				    NULL, &status);
	json_t *list = json_incref(json_object_get(reply, "sessions"));

	json_decref(reply);
	return list;
}

static bool is(const json_t *object, const char *key, const char *text)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && !strcmp(value, text);
}

static json_t *count_sessions(const json_t *sessions, const char *gateway,
			      const char *user)
{
	json_int_t n = 0;

	for (size_t i = 0; i < json_array_size(sessions); i++) {
		const json_t *s = json_array_get(sessions, i);

		n += is(s, "user", user) && is(s, "gateway", gateway);
	}
	return sessions ? json_integer(n) : json_null();
}

/* The groups of the configuration that count for this user: by the users file,
 * by name, or since all users are members. */
static json_t *member_of(const struct gw_conf *c, const struct grant *grant)
{
	json_t *a = json_array();

	for (size_t i = 0; i < c->ngroups; i++)
		if (policy_counts(c, grant->gateway, &c->groups[i]) &&
		    policy_is_member(grant, &c->groups[i]))
			json_array_append_new(a,
					      json_string(c->groups[i].name));
	return a;
}

static json_t *row_of(const struct gw_conf *c, const struct gw_gateway *g,
		      const struct user *u, const json_t *sessions)
{
	const struct grant grant = { u->name, &u->groups, g };
	bool weak;
	const char *hash = user_hash_kind(u->hash, &weak);

	return json_pack("{s:s, s:s, s:b, s:s, s:b, s:o, s:o, s:o}", "user",
			 u->name, "gateway", g->name, "locked",
			 user_hash_is_locked(u->hash), "hash", hash,
			 "hash_weak", weak, "sessions",
			 count_sessions(sessions, g->name, u->name), "groups",
			 ctl_names(&u->groups), "member_of",
			 member_of(c, &grant));
}

static int add_rows(json_t *rows, const struct gw_conf *c,
		    const struct gw_gateway *g, const json_t *sessions)
{
	struct conf_errors e = { .file = g->users };
	struct users users;
	int r = users_read(&users, &e);

	ctl_errors(&e);
	for (size_t i = 0; !r && i < users.n; i++)
		json_array_append_new(rows,
				      row_of(c, g, &users.list[i], sessions));
	users_fini(&users);
	return r ? CTL_FAILED : CTL_OK;
}

/* Makes texts of lists, for the table. */
static void flatten(json_t *rows)
{
	char text[CTL_JOINED];

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		json_t *of = json_object_get(row, "member_of");
		size_t at = 0;

		text[0] = 0;
		for (size_t k = 0; k < json_array_size(of) && at < sizeof text;
		     k++)
			at += (size_t)snprintf(
				text + at, sizeof text - at, "%s%s",
				k ? "," : "",
				json_string_value(json_array_get(of, k)));
		json_object_set_new(row, "member_of",
				    at ? json_string(text) : json_null());
	}
}

static int users_list(const struct ctl *ctl, const struct gw_conf *c,
		      const struct gw_gateway *only)
{
	json_t *sessions = ask_sessions(c), *rows = json_array();
	int status = CTL_OK;

	for (size_t i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];
		int r = !only || g == only ? add_rows(rows, c, g, sessions) :
					     CTL_OK;

		status = r ? r : status;
	}
	json_decref(sessions);
	if (ctl->json) {
		int r = ctl_print_json(json_pack("{s:o}", "users", rows));

		return status ? status : r;
	}
	flatten(rows);
	table_print(columns, ARRAY_LEN(columns), rows, ctl->wide);
	json_decref(rows);
	return status;
}

int ctl_users(const struct ctl *ctl)
{
	const struct gw_gateway *only = NULL;
	struct gw_conf *c = ctl_conf(ctl);
	int status = CTL_USAGE;

	if (c && ctl->gateway)
		only = ctl_gateway(ctl, c);
	if (c && (only || !ctl->gateway))
		status = users_list(ctl, c, only);
	gw_conf_unref(c);
	return status;
}
