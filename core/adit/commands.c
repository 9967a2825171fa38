/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.c - the tables of commands and options, and the help that is printed
 * from them. */
#include "adit/commands.h"

#include <string.h>

#define UP_FLAGS                                                               \
	(BIT(F_GATEWAY) | BIT(F_USER) | BIT(F_PIN) | BIT(F_CA) |               \
	 BIT(F_PASSWORD_FILE) | BIT(F_PASSWORD_STDIN) | BIT(F_FOREGROUND) |    \
	 BIT(F_ONCE) | BIT(F_PROXY))

#define PASSWD_FLAGS                                                           \
	(BIT(F_GATEWAY) | BIT(F_USER) | BIT(F_PIN) | BIT(F_CA) |               \
	 BIT(F_PASSWORD_FILE) | BIT(F_PASSWORD_STDIN) | BIT(F_PROXY))

#define RUN_FLAGS (BIT(F_AGENT) | BIT(F_ALSO_DIRECT) | BIT(F_PUBLISH))

const char commands_short[] = "c:hV";

const struct option commands_long[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, F_JSON },
	{ "gateway", required_argument, NULL, F_GATEWAY },
	{ "user", required_argument, NULL, F_USER },
	{ "pin", required_argument, NULL, F_PIN },
	{ "ca", required_argument, NULL, F_CA },
	{ "password-file", required_argument, NULL, F_PASSWORD_FILE },
	{ "password-stdin", no_argument, NULL, F_PASSWORD_STDIN },
	{ "foreground", no_argument, NULL, F_FOREGROUND },
	{ "proxy", required_argument, NULL, F_PROXY },
	{ "once", no_argument, NULL, F_ONCE },
	{ "agent", required_argument, NULL, F_AGENT },
	{ "also-direct", no_argument, NULL, F_ALSO_DIRECT },
	{ "publish", required_argument, NULL, F_PUBLISH },
	{ "shell", required_argument, NULL, F_SHELL },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

/* The same options, for people. */
static const struct {
	const char *arg, *help;
} about[F_END - F_JSON] = {
	[F_JSON - F_JSON] = { "", "print an object for programs" },
	[F_GATEWAY - F_JSON] = { " HOST[:PORT]",
				 "where the gateway is; port 443 if "
				 "none is given" },
	[F_USER - F_JSON] = { " NAME", "who logs in" },
	[F_PIN -
		F_JSON] = { " sha256:HEX", "fingerprint of the gateway's key" },
	[F_CA - F_JSON] = { " FILE", "trust the authorities in FILE only" },
	[F_PASSWORD_FILE - F_JSON] = { " FILE", "the password is FILE's first "
						"line" },
	[F_PASSWORD_STDIN - F_JSON] = { "",
					"the password, or code, is a line of "
					"standard input" },
	[F_FOREGROUND - F_JSON] = { "",
				    "stay in the foreground; log to standard "
				    "error" },
	[F_PROXY - F_JSON] = { " http://HOST:PORT",
			       "go through this HTTP proxy; "
			       "or none" },
	[F_SHELL - F_JSON] = { " sh|csh|fish",
			       "for this shell; else the one of $SHELL" },
	[F_ONCE - F_JSON] = { "", "fail if no gateway can be reached yet" },
	[F_AGENT - F_JSON] = { " NAME", "by the agent of adit up NAME" },
	[F_ALSO_DIRECT - F_JSON] = { "",
				     "what no resource covers is reached as "
				     "without adit" },
	[F_PUBLISH - F_JSON] = { " PORT",
				 "a port of COMMAND that this machine can "
				 "dial at 127.0.0.1" },
};

static int cmd_help(const struct cli *cli)
{
	const struct cli_command *cmd;

	if (!cli->flags.name) {
		commands_usage(stdout);
		return CLI_OK;
	}
	cmd = commands_find(cli->flags.name);
	if (!cmd)
		return CLI_USAGE;
	commands_help(cmd);
	return CLI_OK;
}

static const struct cli_command commands[] = {
	{ "up", "[NAME] [OPTION ...]", "log in and forward, in the background",
	  "Options override the keys of the same meaning in adit.ini. The "
	  "password is\nasked for on the terminal unless a file or standard "
	  "input has it.",
	  0, UP_FLAGS, cmd_up, false },
	{ "down", "[NAME]", "log out and end the agent",
	  "It is no error if no agent is running.", 0, 0, cmd_down, false },
	{ "list", "", "list the configurations, and which of them are up", NULL,
	  0, 0, cmd_list, false },
	{ "start", "[NAME]", "forward again after adit stop", NULL, 0, 0,
	  cmd_start, false },
	{ "stop", "[NAME]", "stop forwarding, but stay logged in", NULL, 0, 0,
	  cmd_stop, false },
	{ "reload", "[NAME]", "read adit.ini again, in a running agent",
	  "Says which keys have changed, and for which of them the agent has "
	  "to be\nstarted anew with adit down and adit up. Connections go on.",
	  0, 0, cmd_reload, false },
	{ "status", "[NAME]", "how the agent is; exit status 0 when connected",
	  NULL, 0, 0, cmd_status, false },
	{ "resources", "[NAME]",
	  "which resources can be reached, and at which addresses", NULL, 0, 0,
	  cmd_resources, false },
	{ "map", "RESOURCE HOST [NAME]",
	  "an address for a host of an any-IP resource",
	  "Prints ADDRESS:PORT, one a line, where HOST listens until adit "
	  "down.",
	  2, 0, cmd_map, false },
	{ "passwd", "[NAME] [OPTION ...]", "change the password at the gateway",
	  "Asks for the present password and twice for the new one. With "
	  "--password-stdin\nthe first line is the present one, the next one "
	  "the new one. The agent that\nruns goes on; other sessions of the "
	  "user end.",
	  0, PASSWD_FLAGS, cmd_passwd, false },
	{ "publish", "WHAT SERVER [NAME]",
	  "have the gateway offer a server of this machine",
	  "WHAT is a [publish] section of the gateway's administrator, SERVER "
	  "a PORT or\nADDRESS:PORT here. Prints where the gateway listens for "
	  "it, until adit unpublish\nor adit down; for longer, write "
	  "[publish WHAT] into adit.ini.",
	  2, 0, cmd_publish, false },
	{ "unpublish", "WHAT [NAME]", "end what adit publish has begun",
	  "Connections that are there go on.", 1, 0, cmd_unpublish, false },
	{ "confirm", "[NAME] [OPTION ...]",
	  "give the gateway a one-time code for this session",
	  "Connections to a resource that wants one wait for it, as adit "
	  "status shows. One\nright code is enough until the session ends.",
	  0, BIT(F_PASSWORD_STDIN), cmd_confirm, false },
	{ "env", "[NAME]", "what a shell needs to go through the agent",
	  "For eval \"$(adit env)\": variables that curl, git, wget, pip, npm "
	  "and Go read.\nEverything then goes to the gateway, which refuses "
	  "what is no resource; adit run\nand the file of adit env --json, "
	  "for browsers, leave the rest alone.",
	  0, BIT(F_SHELL), cmd_env, false },
	{ "why", "HOST:PORT [NAME]", "what becomes of a connection, and why",
	  "Shows which resource it would reach, how it is caught, what the "
	  "gateway says,\nand the last refusal. Exit status 0: the gateway "
	  "would connect.",
	  1, 0, cmd_why, false },
	{ "open", "URL [NAME]", "what a link on the gateway's web pages does",
	  "adit://HOST/up does what adit up does, if HOST is a gateway of "
	  "adit.ini;\nelse nothing. A link brings no user, no option and no "
	  "command.",
	  1, UP_FLAGS, cmd_open, false },
	{ "run", "[OPTION ...] [--] COMMAND [ARGUMENT ...]",
	  "run a command whose connections go to the resources",
	  "Every TCP connection of COMMAND, and of what it starts, goes "
	  "through the\ngateway, whatever address it dials. Its exit status "
	  "is that of COMMAND; 125: adit\nfailed, 126: COMMAND cannot be "
	  "executed, 127: there is no COMMAND.",
	  1, RUN_FLAGS, cmd_run, true },
	{ "help", "[COMMAND]", "how to call adit, or one of its commands", NULL,
	  0, 0, cmd_help, false },
};

const struct cli_command *commands_find(const char *name)
{
	struct conf_guess g = { .word = name };
	char hint[64];

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
		conf_guess_offer(&g, commands[i].name);
	}
	cli_fail(CLI_USAGE, "there is no command %s%s; see adit help", name,
		 conf_guess_text(&g, hint, sizeof hint));
	return NULL;
}

void commands_usage(FILE *to)
{
	fputs("usage: adit [-c FILE] [--json] COMMAND\n\n", to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\nadit help COMMAND says more about one of them; adit -V prints "
	      "the version.\n"
	      "Most take the NAME of a file NAME.ini beside adit.ini, for one "
	      "more agent.\n"
	      "See adit(1) and adit.ini(5).\n",
	      to);
}

static void print_option(const char *name, const char *arg, const char *help)
{
	char text[64];

	snprintf(text, sizeof text, "%s%s", name, arg);
	printf("  %-24s %s\n", text, help);
}

void commands_help(const struct cli_command *cmd)
{
	char name[64];

	printf("usage: adit %s%s%s\n\nadit %s: %s.\n", cmd->name,
	       *cmd->usage ? " " : "", cmd->usage, cmd->name, cmd->help);
	if (cmd->more)
		printf("%s\n", cmd->more);
	puts("");
	for (const struct option *o = commands_long; o->name; o++) {
		if (o->val < F_JSON || !(BIT(o->val) & cmd->flags))
			continue;
		snprintf(name, sizeof name, "--%s", o->name);
		print_option(name, about[o->val - F_JSON].arg,
			     about[o->val - F_JSON].help);
	}
	print_option("-c, --config", " FILE",
		     "read FILE and no other "
		     "configuration");
	print_option("--json", "", about[0].help);
	puts("\nSee adit(1) and adit.ini(5).");
}
