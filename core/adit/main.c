/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - adit: reads the command line and runs the command. */
#include "adit/commands.h"

#include "base/log.h"
#include "base/std.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Builds by hand have no config.h. */
#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

/* Which options were given. */
struct given {
	unsigned flags; /* bits */
	bool help, version;
};

static void main_take_option(struct cli *cli, struct given *given, int c)
{
	const char **text[F_END - F_JSON] = {
		[F_GATEWAY - F_JSON] = &cli->flags.gateway,
		[F_USER - F_JSON] = &cli->flags.user,
		[F_PIN - F_JSON] = &cli->flags.pin,
		[F_CA - F_JSON] = &cli->flags.ca,
		[F_PASSWORD_FILE - F_JSON] = &cli->flags.password_file,
		[F_PROXY - F_JSON] = &cli->flags.proxy,
		[F_AGENT - F_JSON] = &cli->flags.name,
		[F_SHELL - F_JSON] = &cli->shell,
	};

	given->help |= c == 'h';
	given->version |= c == 'V';
	if (c == 'c')
		cli->flags.file = optarg;
	if (c < F_JSON)
		return;
	given->flags |= BIT(c);
	if (text[c - F_JSON])
		*text[c - F_JSON] = optarg;
	if (c == F_PUBLISH)
		cli->publish[cli->npublish++ % CLI_PUBLISH] = optarg;
	cli->also_direct |= c == F_ALSO_DIRECT;
	cli->json |= c == F_JSON;
	cli->password_stdin |= c == F_PASSWORD_STDIN;
	cli->foreground |= c == F_FOREGROUND;
	cli->flags.once |= c == F_ONCE;
}

/* Takes the options from argv[1] to the first word that is none; without `stop`
 * getopt_long moves such words to the end.  What is left begins at
 * argv[optind].  False: an error is printed. */
static bool take_options(struct cli *cli, struct given *given, int argc,
			 char **argv, bool stop)
{
	char letters[16];
	int c;

	snprintf(letters, sizeof letters, "%s%s", stop ? "+" : "",
		 commands_short);
	opterr = optind = 0;
	while ((c = getopt_long(argc, argv, letters, commands_long, NULL)) !=
	       -1) {
		if (c == '?') {
			cli_fail(CLI_USAGE,
				 "%s: there is no such option, or its "
				 "value is missing; see adit help",
				 argv[optind - 1]);
			return false;
		}
		main_take_option(cli, given, c);
	}
	return true;
}

static int main_run(const struct cli_command *cmd, struct cli *cli,
		    unsigned given)
{
	unsigned foreign = given & ~cmd->flags & ~BIT(F_JSON);

	for (const struct option *o = commands_long; o->name; o++)
		if (o->val >= F_JSON && foreign & BIT(o->val))
			return cli_fail(CLI_USAGE,
					"%s takes no --%s; see adit "
					"help %s",
					cmd->name, o->name, cmd->name);
	if (cli->nwords < cmd->words ||
	    (cli->nwords > cmd->words + 1 && !cmd->rest))
		return cli_fail(CLI_USAGE,
				"expected: adit %s %s; see adit help "
				"%s",
				cmd->name, cmd->usage, cmd->name);
	if (cli->password_stdin && cli->flags.password_file)
		return cli_fail(CLI_USAGE, "both --password-stdin and "
					   "--password-file: keep one of them");
	if (cli->nwords > cmd->words && !cmd->rest)
		cli->flags.name = cli->word[cmd->words];
	return cmd->run(cli);
}

/* Errors before that option is reached are objects too. */
static bool wants_json(char *const *argv)
{
	while (*argv)
		if (!strcmp(*argv++, "--json"))
			return true;
	return false;
}

/* A password goes to a running agent as JSON: no copy of it stays behind. */
static void wiping_free(void *p)
{
	if (p)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

int main(int argc, char **argv)
{
	struct cli cli = { .word = NULL };
	struct given given = { 0 };
	const struct cli_command *cmd;

	std_fill();
	json_set_alloc_funcs(malloc, wiping_free);
	signal(SIGPIPE, SIG_IGN);
	log_start("adit", LOG_WARN);
	cli_errors_as_json(wants_json(argv));
	if (!take_options(&cli, &given, argc, argv, true))
		return CLI_USAGE;
	argc -= optind;
	argv += optind;
	cmd = *argv ? commands_find(*argv) : NULL;
	if (*argv && !cmd)
		return CLI_USAGE;
	/* Options may stand behind the command and among its words too, unless
	 * these are another command with options of its own. */
	if (cmd && !take_options(&cli, &given, argc, argv, cmd->rest))
		return CLI_USAGE;
	if (given.version) {
		puts("adit " PACKAGE_VERSION);
		return CLI_OK;
	}
	if (!cmd) {
		commands_usage(given.help ? stdout : stderr);
		return given.help ? CLI_OK : CLI_USAGE;
	}
	if (given.help) {
		commands_help(cmd);
		return CLI_OK;
	}
	cli.word = argv + optind;
	cli.nwords = argc - optind;
	cli_errors_as_json(cli.json); /* not where another command has --json */
	return main_run(cmd, &cli, given.flags);
}
