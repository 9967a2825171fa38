/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - adit: options and the table of commands. */
#include "agent/cli.h"

#include "base/log.h"
#include "base/std.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Builds by hand have no config.h. */
#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

enum {
	F_JSON = 256, F_GATEWAY, F_USER, F_PIN, F_CA, F_PASSWORD_FILE,
	F_PASSWORD_STDIN, F_FOREGROUND, F_VERSION, F_HELP,
	F_END
};
#define BIT(f) (1u << ((f) - F_JSON))
#define UP_FLAGS (BIT(F_GATEWAY) | BIT(F_USER) | BIT(F_PIN) | BIT(F_CA) | \
		  BIT(F_PASSWORD_FILE) | BIT(F_PASSWORD_STDIN) | \
		  BIT(F_FOREGROUND))

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, F_JSON },
	{ "gateway", required_argument, NULL, F_GATEWAY },
	{ "user", required_argument, NULL, F_USER },
	{ "pin", required_argument, NULL, F_PIN },
	{ "ca", required_argument, NULL, F_CA },
	{ "password-file", required_argument, NULL, F_PASSWORD_FILE },
	{ "password-stdin", no_argument, NULL, F_PASSWORD_STDIN },
	{ "foreground", no_argument, NULL, F_FOREGROUND },
	{ "version", no_argument, NULL, F_VERSION },
	{ "help", no_argument, NULL, F_HELP },
	{ 0 }
};

static const struct command {
	const char *name, *usage, *help;
	int words;                      /* behind it; then NAME may follow */
	unsigned flags;                 /* bits: options of its own */
	int (*run)(const struct cli *);
} commands[] = {
	{ "up", "[NAME] [--gateway HOST:PORT] [--user NAME]\n"
	  "     [--pin sha256:HEX | --ca FILE]\n"
	  "     [--password-stdin | --password-file FILE] [--foreground]",
	  "log in and forward, in the background", 0, UP_FLAGS, cmd_up },
	{ "down", "[NAME]", "log out and end the agent", 0, 0, cmd_down },
	{ "start", "[NAME]", "forward again", 0, 0, cmd_start },
	{ "stop", "[NAME]", "close listeners and channels, stay logged in",
	  0, 0, cmd_stop },
	{ "status", "[NAME]", "how the agent is; succeeds when connected",
	  0, 0, cmd_status },
	{ "resources", "[NAME]", "what may be reached, and where", 0, 0,
	  cmd_resources },
	{ "map", "RESOURCE HOST [NAME]",
	  "an address for a host of an any-IP resource", 2, 0, cmd_map },
	/* Known words, so that nobody looks for a slip of the finger. */
	{ "why", "", NULL, 0, 0, NULL },
	{ "run", "", NULL, 0, 0, NULL },
	{ "env", "", NULL, 0, 0, NULL },
};

static void print_usage(FILE *to)
{
	fputs("usage: adit [-c FILE] [--json] COMMAND\n", to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].run)
			fprintf(to, "  %s %s\n      %s\n", commands[i].name,
				commands[i].usage, commands[i].help);
	fputs("NAME is that of a file NAME.ini beside adit.ini; -c FILE is read "
	      "instead of all others.\n"
	      "See adit(1) and adit.ini(5).\n", to);
}

int cli_fail(int status, const char *fmt, ...)
{
	char text[1200], safe[2400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "adit: %s\n", log_escape(safe, sizeof safe, text));
	return status;
}

struct agent_conf *cli_conf(const struct cli *cli)
{
	struct conf_errors e = { .file = "adit" };
	struct agent_conf *c = agent_conf_load(&cli->flags, &e);

	for (unsigned i = 0; i < conf_errors_kept(&e); i++)
		fprintf(stderr, "%s\n", e.text[i]);
	if (e.count > CONF_ERRORS_MAX)
		fprintf(stderr, "%s: and %u more\n", e.file,
			e.count - CONF_ERRORS_MAX);
	return c;
}

static const struct command *find_command(const char *name)
{
	struct conf_guess g = { .word = name };
	char hint[64];

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
		if (commands[i].run)
			conf_guess_offer(&g, commands[i].name);
	}
	cli_fail(CLI_USAGE, "there is no command %s%s; see adit --help", name,
		 conf_guess_text(&g, hint, sizeof hint));
	return NULL;
}

/* -1: go on. */
static int take_option(struct cli *cli, unsigned *given, int c)
{
	const char **text[F_END - F_JSON] = {
		[F_GATEWAY - F_JSON] = &cli->flags.gateway,
		[F_USER - F_JSON] = &cli->flags.user,
		[F_PIN - F_JSON] = &cli->flags.pin,
		[F_CA - F_JSON] = &cli->flags.ca,
		[F_PASSWORD_FILE - F_JSON] = &cli->flags.password_file,
	};

	if (c == 'c') {
		cli->flags.file = optarg;
		return -1;
	}
	if (c < F_JSON || c >= F_END) {
		fputs("see adit --help\n", stderr);
		return CLI_USAGE;
	}
	*given |= BIT(c);
	if (text[c - F_JSON])
		*text[c - F_JSON] = optarg;
	cli->json |= c == F_JSON;
	cli->password_stdin |= c == F_PASSWORD_STDIN;
	cli->foreground |= c == F_FOREGROUND;
	if (c == F_HELP)
		print_usage(stdout);
	if (c == F_VERSION)
		puts("adit " PACKAGE_VERSION);
	return c == F_HELP || c == F_VERSION ? CLI_OK : -1;
}

static int run(const struct command *cmd, struct cli *cli, unsigned given)
{
	unsigned foreign = given & ~cmd->flags & ~BIT(F_JSON);

	if (!cmd->run)
		return cli_fail(CLI_USAGE, "%s: this version has no such "
				"command", cmd->name);
	for (const struct option *o = long_options; o->name; o++)
		if (o->val >= F_JSON && foreign & BIT(o->val))
			return cli_fail(CLI_USAGE, "%s takes no --%s; see adit "
					"--help", cmd->name, o->name);
	if (cli->nwords < cmd->words || cli->nwords > cmd->words + 1) {
		fprintf(stderr, "usage: adit %s %s\n", cmd->name, cmd->usage);
		return CLI_USAGE;
	}
	if (cli->password_stdin && cli->flags.password_file)
		return cli_fail(CLI_USAGE, "both --password-stdin and "
				"--password-file: keep one of them");
	if (cli->nwords > cmd->words)
		cli->flags.name = cli->word[cmd->words];
	return cmd->run(cli);
}

int main(int argc, char **argv)
{
	struct cli cli = { .word = NULL };
	const struct command *cmd;
	unsigned given = 0;
	int c, status = -1;

	std_fill();
	signal(SIGPIPE, SIG_IGN);
	log_start("adit", LOG_WARN);
	/* Options may stand before and behind the command: getopt_long moves
	 * the words to the end. */
	while (status < 0 && (c = getopt_long(argc, argv, "c:", long_options,
					      NULL)) != -1)
		status = take_option(&cli, &given, c);
	if (status >= 0)
		return status;
	if (optind == argc) {
		print_usage(stderr);
		return CLI_USAGE;
	}
	cmd = find_command(argv[optind]);
	if (!cmd)
		return CLI_USAGE;
	cli.word = argv + optind + 1;
	cli.nwords = argc - optind - 1;
	return run(cmd, &cli, given);
}
