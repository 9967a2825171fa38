/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_list.c - adit list: the configurations of this user, and which are up. */
#include "adit/cli.h"

#include "agent/agent.h"
#include "agent/conf_parts.h"
#include "adit/agent_call.h"
#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NULL: no agent of this name runs. */
static json_t *ask_status(const struct conf_flags *flags)
{
	struct agent_call call;
	struct agent_place at;
	json_t *status;
	int err;

	if (agent_conf_place(flags, &at))
		return NULL;
	agent_call_init(&call, CONTROL_ASK_AGENT_LIST);
	status = agent_call_find(&call, &at,
				 json_pack("{s:s}", "command", "status"), &err);
	agent_place_fini(&at);
	return status;
}

/* Takes `file`. */
static void add_file(json_t *files, char *file)
{
	char safe[4096];

	if (file && !access(file, F_OK))
		json_array_append_new(files, json_string(log_escape(
						     safe, sizeof safe, file)));
	free(file);
}

static json_t *files_of(const char *name)
{
	json_t *files = json_array();

	add_file(files, conf_system_file(name));
	add_file(files, conf_user_file(name));
	return files;
}

static json_t *list_text_or_null(const char *text)
{
	char safe[1024];

	return text ? json_string(log_escape(safe, sizeof safe, text)) :
		      json_null();
}

/* A running agent knows better than its files, which may have changed. */
static json_t *row_of(const char *name)
{
	struct conf_flags flags = { .name = name };
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *c = agent_conf_load(&flags, &e);
	json_t *status = ask_status(&flags), *row;
	const char *state = json_string_value(json_object_get(status, "state"));

	row = json_pack("{s:o, s:s, s:o, s:o, s:o, s:o}", "name",
			list_text_or_null(name), "state",
			state ? state : agent_state_str(AGENT_DOWN), "gateway",
			list_text_or_null(c && c->gateways.n ?
						  c->gateways.item[0] :
						  NULL),
			"user", list_text_or_null(c ? c->user : NULL), "files",
			files_of(name), "error",
			list_text_or_null(c ? NULL : e.text[0]));
	if (row && status) {
		json_object_set(row, "gateway",
				json_object_get(status, "gateway"));
		json_object_set(row, "user", json_object_get(status, "user"));
	}
	json_decref(status);
	agent_conf_free(c);
	return row;
}

static bool is_empty(const json_t *row)
{
	return !json_array_size(json_object_get(row, "files")) &&
	       !strcmp(json_string_value(json_object_get(row, "state")),
		       agent_state_str(AGENT_DOWN));
}

static void print_errors(const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *error = json_string_value(
			json_object_get(json_array_get(rows, i), "error"));

		if (error)
			puts(error);
	}
}

static void print_list(const json_t *rows)
{
	static const struct table_column columns[] = {
		{ "NAME", "name", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
		{ "GATEWAY", "gateway", TABLE_PLAIN, false },
		{ "USER", "user", TABLE_PLAIN, false },
		{ "FILES", "files", TABLE_PLAIN, false },
	};

	if (!json_array_size(rows)) {
		puts("there is no adit.ini; see adit.ini(5)");
		return;
	}
	cli_table(columns, ARRAY_LEN(columns), rows);
	print_errors(rows);
}

int cmd_list(const struct cli *cli)
{
	struct name_list names = { 0 };
	json_t *rows, *row, *all;
	int ret;

	if (cli->nwords)
		return cli_fail(CLI_USAGE, "list takes no NAME: it shows all");
	ret = conf_profiles(&names);
	rows = json_array();
	row = row_of(NULL);
	if (row && is_empty(row))
		json_decref(row);
	else
		json_array_append_new(rows, row);
	for (size_t i = 0; !ret && i < names.n; i++)
		json_array_append_new(rows, row_of(names.item[i]));
	name_list_fini(&names);
	all = ret ? NULL : json_pack("{s:O}", "profiles", rows);
	if (all && cli->json)
		cli_print_json(all);
	else if (all)
		print_list(rows);
	else
		ret = cli_fail(CLI_FAILED, "%s", err_str(ERR_NOMEM));
	json_decref(all);
	json_decref(rows);
	return ret;
}
