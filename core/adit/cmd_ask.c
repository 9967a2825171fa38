/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_ask.c - the commands that ask a running agent. */
#include "adit/cli.h"

#include "agent/agent.h"
#include "adit/agent_call.h"
#include "base/err.h"
#include "base/human.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct agent_conf *cli_conf(const struct cli *cli)
{
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *c = agent_conf_load(&cli->flags, &e);

	if (!c)
		cli_conf_errors(&e);
	return c;
}

/* False: what is wrong with it is printed. */
static bool conf_is_good(const struct cli *cli)
{
	struct agent_conf *conf = cli_conf(cli);

	agent_conf_free(conf);
	return conf;
}

json_t *cli_ask(const struct cli *cli, json_t *request, struct agent_call *call,
		int *err)
{
	struct agent_place at;
	json_t *answer = NULL;

	*err = ERR_NOTFOUND;
	if (!agent_conf_place(&cli->flags, &at))
		answer = agent_call_find(call, &at, request, err);
	else
		json_decref(request);
	/* A running agent is reached also if its file has mistakes by now.  If
	 * no agent is found, a mistake in the file may be the reason. */
	if (*err == ERR_NOTFOUND && !conf_is_good(cli))
		*err = ERR_CONF;
	call->call.path = NULL;
	agent_place_fini(&at);
	if (!answer && *err == ERR_DENIED)
		cli_fail_as("refused", "%s", call->call.why);
	else if (!answer && *err != ERR_NOTFOUND && *err != ERR_CONF)
		cli_fail(CLI_FAILED, "%s", call->call.why);
	return answer;
}

static int status_of(int err)
{
	return err == ERR_CONF ? CLI_USAGE : CLI_FAILED;
}

json_t *cli_must_ask(const struct cli *cli, json_t *request, int timeout,
		     int *status)
{
	struct agent_call call;
	json_t *answer;
	int err;

	agent_call_init(&call, timeout);
	answer = cli_ask(cli, request, &call, &err);
	if (err == ERR_NOTFOUND)
		cli_fail_as("not-running", "no agent is running; adit up "
					   "starts one");
	*status = answer ? CLI_OK : status_of(err);
	return answer;
}

static json_t *command(const char *name)
{
	return json_pack("{s:s}", "command", name);
}

/* ---- start, stop, down --------------------------------------------------- */

static int say_done(const struct cli *cli, json_t *answer)
{
	const char *text = json_string_value(json_object_get(answer, "text"));
	char safe[1024];

	if (cli->json)
		cli_print_json(answer);
	else if (text && *text)
		puts(log_escape(safe, sizeof safe, text));
	json_decref(answer);
	return CLI_OK;
}

int cmd_start(const struct cli *cli)
{
	int status;
	json_t *answer = cli_must_ask(cli, command("start"),
				      CONTROL_ASK_AGENT_START, &status);

	return answer ? say_done(cli, answer) : status;
}

int cmd_stop(const struct cli *cli)
{
	int status;
	json_t *answer = cli_must_ask(cli, command("stop"), CONTROL_ASK_AGENT,
				      &status);

	return answer ? say_done(cli, answer) : status;
}

static void print_keys(const char *lead, const json_t *keys)
{
	char text[2000] = "", safe[2400];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(keys) && n < sizeof text; i++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%s%s", i ? ", " : "",
			json_string_value(json_array_get(keys, i)));
	if (n)
		human_wrap(lead, log_escape(safe, sizeof safe, text));
}

int cmd_reload(const struct cli *cli)
{
	int status;
	json_t *answer = cli_must_ask(cli, command("reload"), CONTROL_ASK_AGENT,
				      &status);
	const json_t *changed = json_object_get(answer, "changed");
	const json_t *kept = json_object_get(answer, "kept");

	if (!answer)
		return status;
	if (cli->json)
		cli_print_json(answer);
	else if (!json_array_size(changed) && !json_array_size(kept))
		puts("nothing has changed");
	else {
		print_keys("changed: ", changed);
		print_keys("as before until adit down and adit up: ", kept);
	}
	json_decref(answer);
	return CLI_OK;
}

int cmd_down(const struct cli *cli)
{
	struct agent_call call;
	json_t *answer;
	int err;

	agent_call_init(&call, CONTROL_ASK_AGENT);
	answer = cli_ask(cli, command("down"), &call, &err);
	if (err == ERR_NOTFOUND) {
		if (cli->json)
			puts("{}");
		else
			puts("not running");
		return CLI_OK;
	}
	if (!answer)
		return status_of(err);
	err = agent_call_wait_gone(&call);
	if (!err)
		return say_done(cli, answer);
	json_decref(answer);
	return cli_fail(CLI_FAILED,
			"the agent (process %d) has not ended: %s; see its log",
			(int)call.call.pid, err_str(err));
}

/* ---- listings ------------------------------------------------------------ */

int cmd_resources(const struct cli *cli)
{
	static const struct table_column columns[] = {
		{ "RESOURCE", "name", TABLE_PLAIN, false },
		{ "KIND", "kind", TABLE_PLAIN, false },
		{ "PORTS", "ports", TABLE_PLAIN, false },
		{ "LISTEN", "listen", TABLE_PLAIN, false },
		{ "STATE", "state", TABLE_PLAIN, false },
		{ "DETAIL", "detail", TABLE_PLAIN, false },
	};
	int status;
	json_t *answer = cli_must_ask(cli, command("resources"),
				      CONTROL_ASK_AGENT, &status);
	const json_t *list = json_object_get(answer, "resources");

	if (!answer)
		return status;
	if (cli->json)
		cli_print_json(answer);
	else if (json_array_size(list))
		cli_table(columns, ARRAY_LEN(columns), list);
	else
		puts("no resources");
	if (!cli->json)
		cli_links(answer);
	json_decref(answer);
	return CLI_OK;
}

int cmd_map(const struct cli *cli)
{
	char text[300];
	int status;
	json_t *answer = cli_must_ask(cli,
				      json_pack("{s:s, s:s, s:s}", "command",
						"map", "resource", cli->word[0],
						"host", cli->word[1]),
				      CONTROL_ASK_AGENT, &status);
	const json_t *listen = json_object_get(answer, "listen");

	if (!answer)
		return status;
	if (cli->json)
		cli_print_json(answer);
	for (size_t i = 0; !cli->json && i < json_array_size(listen); i++) {
		const char *at = json_string_value(json_array_get(listen, i));

		if (at)
			puts(log_escape(text, sizeof text, at));
	}
	json_decref(answer);
	return CLI_OK;
}
