/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_up.c - adit up: from flags and a password to a running agent. */
#include "adit/cli.h"

#include "agent/agent.h"
#include "adit/agent_call.h"
#include "adit/daemon.h"
#include "adit/password.h"
#include "base/err.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum { TRIES = 3 }; /* at the password, on a terminal */

static const char *up_text_at(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

static void print_where(const char *what, const json_t *status)
{
	char gateway[300], user[100];

	printf("%s: %s as %s\n", what,
	       log_escape(gateway, sizeof gateway,
			  up_text_at(status, "gateway")),
	       log_escape(user, sizeof user, up_text_at(status, "user")));
}

/* ---- already up ---------------------------------------------------------- */

static bool state_is(const json_t *status, enum agent_state state)
{
	return !strcmp(up_text_at(status, "state"), agent_state_str(state));
}

static int print_already(const struct cli *cli, const json_t *status)
{
	const char *reason = up_text_at(status, "reason");
	char why[900];

	if (cli->json) {
		cli_print_json(status);
		return CLI_OK;
	}
	print_where("already up", status);
	if (state_is(status, AGENT_RECONNECTING))
		printf("not connected, trying again%s%s\n", *reason ? ": " : "",
		       log_escape(why, sizeof why, reason));
	else if (state_is(status, AGENT_STOPPED))
		puts("not forwarding: adit start");
	return CLI_OK;
}

/* Ends an agent that has no session any more, after a kick or a refusal, so
 * that another one can log in with a new password.  -1: it has ended; else the
 * exit status. */
static int up_replace(const struct cli *cli, struct agent_call *call,
		      const json_t *status)
{
	char why[900];
	json_t *answer;
	int err;

	if (!cli->json)
		printf("logging in again: %s\n",
		       log_escape(why, sizeof why,
				  up_text_at(status, "reason")));
	fflush(stdout);
	answer = agent_call_ask(call, json_pack("{s:s}", "command", "down"),
				&err);
	json_decref(answer);
	/* It may have been ending already. */
	if (!answer && err != ERR_NOTFOUND && err != ERR_CLOSED)
		return cli_fail(CLI_FAILED, "%s", call->call.why);
	err = agent_call_wait_gone(call);
	if (!err)
		return -1;
	return cli_fail(CLI_FAILED,
			"the agent (process %d) has not ended: %s; see its log",
			(int)call->call.pid, err_str(err));
}

/* -1: no agent runs yet; else the exit status. */
static int already_up(const struct cli *cli, const struct agent_conf *conf)
{
	const struct agent_place at = {
		.control = conf->control,
		.profile = conf->profile,
		.state_dir = conf->state_dir,
	};
	struct agent_call call;
	json_t *status;
	int err, ret;

	agent_call_init(&call, CONTROL_ASK_AGENT);
	status = agent_call_find(&call, &at,
				 json_pack("{s:s}", "command", "status"), &err);
	if (err == ERR_NOTFOUND)
		return -1;
	if (!status)
		return cli_fail(CLI_FAILED, "%s", call.call.why);
	if (state_is(status, AGENT_LOGIN) || state_is(status, AGENT_DOWN))
		ret = up_replace(cli, &call, status);
	else
		ret = print_already(cli, status);
	json_decref(status);
	return ret;
}

/* ---- up ------------------------------------------------------------------ */

/* What `up` knows while the agent logs in. */
struct up {
	const struct cli *cli;
	bool asks;      /* the password was typed on the terminal */
	unsigned tries; /* how often it may still be typed */
	bool again;     /* it was wrong, and is asked for again */
	bool taken;     /* another `adit up` has started an agent first */
};

static void show_up(const struct cli *cli, const json_t *report)
{
	const json_t *status = json_object_get(report, "status");
	const char *text = up_text_at(report, "text");
	char safe[1024];

	if (cli->json) {
		cli_print_json(status);
	} else {
		print_where("logged in", status);
		cli_listeners(status);
		if (*text)
			puts(log_escape(safe, sizeof safe, text));
	}
	/* In the foreground nothing else is printed for a long time. */
	fflush(stdout);
}

static void show_report(void *ctx, const json_t *report)
{
	struct up *up = ctx;
	const char *error = json_string_value(json_object_get(report, "error"));
	const char *why = json_string_value(json_object_get(report, "waiting"));
	char safe[1024];

	up->again = up->asks && up->tries > 1 &&
		    json_is_true(json_object_get(report, "again"));
	up->taken = json_is_true(json_object_get(report, "taken"));
	if (up->taken)
		return;
	if (up->again)
		fprintf(stderr, "adit: %s\n",
			log_escape(safe, sizeof safe, error));
	else if (error)
		cli_fail_as("refused", "%s", error);
	else if (!why)
		show_up(up->cli, report);
	else if (!up->cli->foreground) /* there the log says it */
		fprintf(stderr,
			"adit: not logged in yet: %s; trying again; "
			"Ctrl-C ends\n",
			log_escape(safe, sizeof safe, why));
}

static int try_once(struct up *up, struct daemon_conf *d)
{
	int status = cli_read_password(up->cli, d->conf, "Password",
				       d->password);

	up->asks = status == CLI_TYPED;
	if (status <= 0)
		status = cli_read_pin(d->conf, d->pin);
	if (status)
		return status;
	if (!up->cli->foreground)
		return daemon_background(d);
	log_start("adit", LOG_INFO);
	log_show_times();
	log_never_waits();
	return daemon_foreground(d);
}

/* -1: another agent runs by now; else the exit status. */
static int up_run(const struct cli *cli, const struct agent_conf *conf)
{
	struct up up = { .cli = cli, .tries = TRIES };
	struct daemon_conf d = {
		.conf = conf,
		.flags = cli->flags,
		.report = show_report,
		.ask = password_answer_prompt,
		.ctx = &up,
	};
	int status;

	/* The agent leaves the folder that it was started in. */
	if (d.flags.file)
		d.flags.file = conf->profile;
	if (d.flags.ca)
		d.flags.ca = conf->ca;
	if (d.flags.password_file)
		d.flags.password_file = conf->password_file;
	password_hide();
	d.password = password_new();
	d.pin = password_new();
	if (!d.password || !d.pin)
		return cli_fail(CLI_FAILED, "%s", err_str(ERR_NOMEM));
	do {
		up.again = false;
		status = try_once(&up, &d);
		up.tries--;
	} while (up.again);
	password_free(d.password);
	password_free(d.pin);
	return up.taken ? -1 : status;
}

int cmd_up(const struct cli *cli)
{
	struct agent_conf *conf = cli_conf(cli);
	int status = CLI_USAGE;

	if (!conf)
		return status;
	status = cli_check_complete(conf);
	if (!status)
		status = cli_proxy_password(conf);
	if (!status)
		status = already_up(cli, conf);
	if (status < 0) {
		status = up_run(cli, conf);
		if (!status)
			cli_offer_file(cli, conf);
		else if (status < 0)
			status = already_up(cli, conf);
	}
	if (status < 0)
		status = cli_fail(CLI_FAILED,
				  "another adit up ran at the same time, "
				  "and its agent has ended: try adit up again");
	agent_conf_free(conf);
	return status;
}
