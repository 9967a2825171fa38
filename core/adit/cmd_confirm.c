/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_confirm.c - adit confirm: a one-time code, which the gateway wants before
 * it connects to some resources. */
#include "adit/cli.h"

#include "adit/password.h"
#include "base/err.h"
#include "base/log.h"
#include "control/control_limits.h"

#include <stdio.h>
#include <string.h>

enum { CODE_TRIES = 3 }; /* on a terminal */

static const char *confirm_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

/* "One-time code for vault, payroll: " */
static void confirm_prompt(const json_t *codes, char *to, size_t cap)
{
	const json_t *wanted = json_object_get(codes, "wanted");
	char safe[400];
	size_t n = (size_t)snprintf(to, cap, "One-time code");

	for (size_t i = 0; i < json_array_size(wanted) && n < cap; i++)
		n += (size_t)snprintf(
			to + n, cap - n, "%s%s", i ? ", " : " for ",
			log_escape(safe, sizeof safe,
				   confirm_text(json_array_get(wanted, i),
						"resource")));
	if (n < cap)
		snprintf(to + n, cap - n, ": ");
}

static int confirm_read(const struct cli *cli, const json_t *codes, char *code)
{
	char prompt[500];

	if (cli->password_stdin)
		return password_from_stdin(code);
	confirm_prompt(codes, prompt, sizeof prompt);
	return password_from_terminal(prompt, code);
}

/* -1: it was wrong; else the exit status. */
static int confirm_print(const struct cli *cli, const json_t *is)
{
	const char *state = confirm_text(is, "state");
	const char *text = confirm_text(is, "text");
	long long wait = json_integer_value(json_object_get(is, "wait_s"));

	if (!strcmp(state, "right")) {
		if (!cli->json)
			puts("confirmed; connections that waited go on");
		return CLI_OK;
	}
	if (!strcmp(state, "wrong"))
		return -1;
	if (!strcmp(state, "no-secret"))
		return cli_fail_as("refused", "%s", text);
	return cli_fail(CLI_FAILED,
			"the code was not looked at%s%s; try again in %lld s "
			"with the next code",
			*text ? ": " : "", text, wait);
}

static int confirm_once(const struct cli *cli, const json_t *codes)
{
	char code[PASSWORD_CAP];
	int status = confirm_read(cli, codes, code);
	json_t *is = NULL;

	if (!status)
		is = cli_must_ask(cli,
				  json_pack("{s:s, s:s}", "command", "confirm",
					    "code", code),
				  CONTROL_ASK_AGENT_CONFIRM, &status);
	explicit_bzero(code, sizeof code);
	if (is)
		status = confirm_print(cli, is);
	if (is && !status && cli->json)
		cli_print_json(is);
	json_decref(is);
	return status;
}

static int confirm_ask(const struct cli *cli, const json_t *codes)
{
	unsigned left = cli->password_stdin ? 1 : CODE_TRIES;
	int status;

	while ((status = confirm_once(cli, codes)) < 0 && --left)
		fputs("adit: wrong, or used before: each code is good once\n",
		      stderr);
	return status >= 0 ?
		       status :
		       cli_fail_as("refused",
				   "the one-time code is wrong, or was used "
				   "before: each is good once; wait for the "
				   "next one");
}

int cmd_confirm(const struct cli *cli)
{
	int status;
	json_t *codes = cli_must_ask(cli,
				     json_pack("{s:s}", "command", "confirm"),
				     CONTROL_ASK_AGENT, &status);

	if (!codes)
		return status;
	if (!json_is_true(json_object_get(codes, "confirmed")))
		status = confirm_ask(cli, codes);
	else if (cli->json)
		cli_print_json(codes);
	else
		puts("confirmed already: this session needs no further code");
	json_decref(codes);
	return status;
}
