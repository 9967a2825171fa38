/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_env.c - adit env: the variables of a shell whose programs go through the
 * agent's proxy port. */
#include "adit/cli.h"

#include "control/control_limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a shell sets a variable for the programs that it starts. */
struct shell {
	const char *name, *set, *to;
};

static const struct shell shells[] = {
	{ "sh", "export", "=" },
	{ "csh", "setenv", " " },
	{ "fish", "set -gx", " " },
};

/* Programs differ in which case they read, and which of the two they prefer:
 * all get both. */
static const struct {
	const char *lower, *upper;
	const char *scheme; /* NULL: what is not to go through it */
} variables[] = {
	{ "http_proxy", "HTTP_PROXY", "http" },
	{ "https_proxy", "HTTPS_PROXY", "http" },
	{ "all_proxy", "ALL_PROXY", "socks5h" },
	{ "no_proxy", "NO_PROXY", NULL },
};

static const struct shell *shell_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(shells); i++)
		if (!strcmp(shells[i].name, name))
			return &shells[i];
	return NULL;
}

/* "/bin/tcsh" is a csh; what is unknown understands sh. */
static const struct shell *shell_of_user(void)
{
	const char *path = getenv("SHELL"), *name;
	const char *slash = path ? strrchr(path, '/') : NULL;

	name = slash ? slash + 1 : path ? path : "";
	if (!strcmp(name, "tcsh"))
		name = "csh";
	return shell_named(name) ? shell_named(name) : &shells[0];
}

/* Whether the text is an address or a host's name, which no shell reads as
 * anything else. */
static bool is_harmless(const char *text)
{
	return text && *text &&
	       !text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				  "[]:._-")];
}

/* Loopback addresses, in the forms that programs understand, and gateways: the
 * agent itself must not go through the agent. */
static char *except(const json_t *direct)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return NULL;
	fputs("localhost,127.0.0.0/8,127.0.0.1,::1", f);
	for (size_t i = 0; i < json_array_size(direct); i++) {
		const char *host = json_string_value(json_array_get(direct, i));

		if (is_harmless(host))
			fprintf(f, ",%s", host);
	}
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

/* {NAME: value}; NULL: no memory. */
static json_t *env_make(const char *proxy, const json_t *direct)
{
	json_t *all = json_object();
	char *skip = except(direct);

	for (size_t i = 0; skip && i < ARRAY_LEN(variables); i++) {
		const char *scheme = variables[i].scheme;
		json_t *value = scheme ?
					json_sprintf("%s://%s", scheme, proxy) :
					json_string(skip);

		json_object_set(all, variables[i].lower, value);
		json_object_set_new(all, variables[i].upper, value);
	}
	if (!skip) {
		json_decref(all);
		all = NULL;
	}
	free(skip);
	return all;
}

static void env_print(const struct shell *shell, json_t *all)
{
	const char *name;
	json_t *value;

	json_object_foreach(all, name, value)
		printf("%s %s%s'%s';\n", shell->set, name, shell->to,
		       json_string_value(value));
}

int cmd_env(const struct cli *cli)
{
	const struct shell *shell = cli->shell ? shell_named(cli->shell) :
						 shell_of_user();
	json_t *answer, *all;
	const char *proxy;
	int status;

	if (!shell)
		return cli_fail(CLI_USAGE,
				"--shell %s: expected sh, csh or fish",
				cli->shell);
	answer = cli_must_ask(cli, json_pack("{s:s}", "command", "env"),
			      CONTROL_ASK_AGENT, &status);
	if (!answer)
		return status;
	proxy = json_string_value(json_object_get(answer, "proxy"));
	all = is_harmless(proxy) ?
		      env_make(proxy, json_object_get(answer, "direct")) :
		      NULL;
	if (!all)
		status = cli_fail(CLI_FAILED,
				  "the agent did not give the address of its "
				  "proxy port");
	else if (cli->json && !json_object_set(answer, "variables", all))
		cli_print_json(answer);
	else
		env_print(shell, all);
	json_decref(all);
	json_decref(answer);
	return status;
}
