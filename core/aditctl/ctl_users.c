/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_users.c - aditctl users: lists who may log in. */
#include "aditctl/ctl_users.h"

#include "base/human.h"
#include "policy/otp_file.h"
#include "process/user_use.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = {
	{ "USER", "user", TABLE_PLAIN, false },
	{ "GATEWAY", "gateway", TABLE_PLAIN, false },
	{ "LOCKED", "locked", TABLE_PLAIN, false },
	{ "HASH", "hash", TABLE_PLAIN, true },
	{ "OTP", "otp", TABLE_PLAIN, false },
	{ "SESSIONS", "sessions", TABLE_NUMBER, false },
	{ "CONNECTIONS", "connections", TABLE_NUMBER, false },
	{ "MEMORY", "memory", TABLE_NUMBER, true },
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

/* ---- who has a secret for one-time codes ------------------------------- */

struct otp_users {
	bool known; /* the file could be read, or there is none */
	struct name_list names;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void otp_users_read(struct otp_users *o, const struct gw_gateway *g)
{
	char *path = otp_file_path(g->users);
	struct conf_errors e = { .file = path };

	*o = (struct otp_users){ 0 };
	if (!path)
		return;
	o->known = !otp_file_users(&o->names, &e);
	ctl_errors(&e);
	free(path);
	if (o->names.n)
		qsort(o->names.item, o->names.n, sizeof *o->names.item,
		      by_text);
}

static json_t *otp_json(const struct otp_users *o, const char *user)
{
	if (!o->known)
		return json_null();
	return json_boolean(o->names.n &&
			    bsearch(&user, o->names.item, o->names.n,
				    sizeof *o->names.item, by_text));
}

/* ---- rows --------------------------------------------------------------- */

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

struct listing {
	const struct gw_conf *conf;
	const json_t *sessions; /* NULL: no aditd runs */
	json_t *rows;
};

static json_t *row_of(const struct listing *l, const struct gw_gateway *g,
		      const struct user *u, const struct otp_users *otp)
{
	const struct grant grant = { u->name, &u->groups, g };
	bool weak;
	const char *hash = user_hash_kind(u->hash, &weak);
	json_t *row = json_pack("{s:s, s:s, s:b, s:s, s:b, s:o, s:o, s:o}",
				"user", u->name, "gateway", g->name, "locked",
				user_hash_is_locked(u->hash), "hash", hash,
				"hash_weak", weak, "otp",
				otp_json(otp, u->name), "groups",
				ctl_names(&u->groups), "member_of",
				member_of(l->conf, &grant));

	json_object_update_new(row, user_use(l->conf, &grant, l->sessions));
	return row;
}

static int add_rows(const struct listing *l, const struct gw_gateway *g)
{
	struct conf_errors e = { .file = g->users };
	struct otp_users otp;
	struct users users;
	int r = users_read(&users, &e);

	ctl_errors(&e);
	otp_users_read(&otp, g);
	for (size_t i = 0; !r && i < users.n; i++)
		json_array_append_new(l->rows,
				      row_of(l, g, &users.list[i], &otp));
	name_list_fini(&otp.names);
	users_fini(&users);
	return r ? CTL_FAILED : CTL_OK;
}

/* Makes one text of a list, for the table. */
static void flatten_groups(json_t *row)
{
	json_t *of = json_object_get(row, "member_of");
	char text[CTL_JOINED];
	size_t at = 0;

	text[0] = 0;
	for (size_t k = 0; k < json_array_size(of) && at < sizeof text; k++)
		at += (size_t)snprintf(
			text + at, sizeof text - at, "%s%s", k ? "," : "",
			json_string_value(json_array_get(of, k)));
	json_object_set_new(row, "member_of",
			    at ? json_string(text) : json_null());
}

typedef const char *human_fn(long long n, char dst[HUMAN_TEXT]);

static const char *plain_number(long long n, char dst[HUMAN_TEXT])
{
	snprintf(dst, HUMAN_TEXT, "%lld", n);
	return dst;
}

/* Makes "2/16" of a number and its limit, or "-/16" where it is not known. */
static void flatten_use(json_t *row, const char *key, human_fn *human)
{
	char limit_key[32], number[HUMAN_TEXT] = "-", limit[HUMAN_TEXT];
	const json_t *n = json_object_get(row, key), *most;

	snprintf(limit_key, sizeof limit_key, "%s_limit", key);
	most = json_object_get(row, limit_key);
	if (json_is_integer(n))
		human(json_integer_value(n), number);
	json_object_set_new(
		row, key,
		json_is_integer(most) ?
			json_sprintf("%s/%s", number,
				     human(json_integer_value(most), limit)) :
			json_string(number));
}

static void flatten(json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);

		flatten_groups(row);
		flatten_use(row, "sessions", plain_number);
		flatten_use(row, "connections", plain_number);
		flatten_use(row, "memory", human_bytes);
	}
}

static int users_list(const struct ctl *ctl, const struct gw_conf *c,
		      const struct gw_gateway *only)
{
	json_t *sessions = ask_sessions(c), *rows = json_array();
	const struct listing l = { c, sessions, rows };
	int status = CTL_OK;

	for (size_t i = 0; i < c->ngateways; i++) {
		const struct gw_gateway *g = &c->gateways[i];
		int r = !only || g == only ? add_rows(&l, g) : CTL_OK;

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
