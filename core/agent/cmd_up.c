/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_up.c - adit up: from flags and a password to a running agent. */
#include "agent/cli.h"

#include "agent/agent.h"
#include "agent/control_client.h"
#include "agent/daemon.h"
#include "agent/password.h"
#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { PATIENCE = 15 };

static const char *text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void print_where(const char *what, const json_t *status)
{
	char gateway[300], user[100];

	printf("%s: %s as %s\n", what,
	       log_escape(gateway, sizeof gateway, text_at(status, "gateway")),
	       log_escape(user, sizeof user, text_at(status, "user")));
}

/* ---- already up ------------------------------------------------------------------ */

static void print_already(const json_t *status)
{
	static const struct {
		enum agent_state state;
		const char *hint;
	} hints[] = {
		{ AGENT_RECONNECTING, "reconnecting" },
		{ AGENT_STOPPED, "not forwarding: adit start" },
		{ AGENT_LOGIN, "a new login is needed: adit down, then adit up" },
		{ AGENT_DOWN, "going down" },
	};
	const char *state = text_at(status, "state");

	print_where("already up", status);
	for (size_t i = 0; i < ARRAY_LEN(hints); i++)
		if (!strcmp(state, agent_state_str(hints[i].state)))
			puts(hints[i].hint);
}

/* -1: no agent runs yet; else the exit status. */
static int already_up(const struct cli *cli, const struct agent_conf *conf)
{
	struct control_call call = {
		.path = conf->control, .patience = PATIENCE
	};
	json_t *status;
	int err;

	status = control_ask(&call, json_pack("{s:s}", "command", "status"),
			     &err);
	if (err == ERR_NOTFOUND)
		return -1;
	if (!status)
		return cli_fail(CLI_FAILED, "%s", call.why);
	if (cli->json)
		cli_print_json(status);
	else
		print_already(status);
	json_decref(status);
	return CLI_OK;
}

/* ---- up -------------------------------------------------------------------------- */

static int check_complete(const struct agent_conf *conf)
{
	const char *missing = !conf->gateways.n ? "gateway" :
			      !conf->user ? "user" : NULL;

	if (!missing)
		return CLI_OK;
	return cli_fail(CLI_USAGE, "no %s: give --%s, or write %s = ... below "
			"[agent] in adit.ini; see adit.ini(5)", missing, missing,
			missing);
}

static int read_password(const struct cli *cli, const struct agent_conf *conf,
			 char *dst)
{
	char prompt[512], raw[512];

	if (cli->password_stdin)
		return password_from_stdin(dst);
	if (conf->password_file)
		return password_from_file(conf->password_file, dst);
	snprintf(raw, sizeof raw, "Password for %s at %s: ", conf->user,
		 conf->gateways.item[0]);
	return password_from_terminal(log_escape(prompt, sizeof prompt, raw),
				      dst);
}

static void show_report(void *ctx, const json_t *report)
{
	const struct cli *cli = ctx;
	const json_t *error = json_object_get(report, "error");
	const json_t *status = json_object_get(report, "status");
	const char *text = text_at(report, "text");
	char safe[1024];

	if (error) {
		cli_fail_as("refused", "%s", json_string_value(error));
		return;
	}
	if (cli->json) {
		cli_print_json(status);
	} else {
		print_where("logged in", status);
		cli_listeners(status);
		if (*text)
			puts(log_escape(safe, sizeof safe, text));
	}
	/* In the foreground nobody else does it for a long time. */
	fflush(stdout);
}

static int run(const struct cli *cli, const struct agent_conf *conf)
{
	struct cli shown = *cli;
	struct daemon_conf d = {
		.conf = conf, .report = show_report, .ctx = &shown,
	};
	int status;

	password_hide();
	d.password = password_new();
	if (!d.password)
		return cli_fail(CLI_FAILED, "%s", err_str(ERR_NOMEM));
	status = read_password(cli, conf, d.password);
	if (!status && cli->foreground) {
		log_start("adit", LOG_INFO);
		log_show_times();
	}
	if (!status)
		status = cli->foreground ? daemon_foreground(&d) :
					   daemon_background(&d);
	password_free(d.password);
	return status;
}

int cmd_up(const struct cli *cli)
{
	struct agent_conf *conf = cli_conf(cli);
	int status = CLI_USAGE;

	if (!conf)
		return status;
	status = check_complete(conf);
	if (!status)
		status = already_up(cli, conf);
	if (status < 0)
		status = run(cli, conf);
	agent_conf_free(conf);
	return status;
}
