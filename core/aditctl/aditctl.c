/* SPDX-License-Identifier: BSD-2-Clause */
/* aditctl.c - the administrator's command: options and the table of
 * commands. */
#include "aditctl/ctl.h"

#include "base/human.h"
#include "base/log.h"
#include "base/std.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	F_GATEWAY = 256,
	F_USER,
	F_NAME,
	F_LISTEN,
	F_PASSWORD_STDIN,
	F_GROUPS,
	F_DELETE,
	F_REMOVE,
	F_ADDRESS,
	F_AS,
	F_OFFLINE,
	F_TIMEOUT,
	F_WIDE,
	F_FORCE,
	F_JSON,
	F_VERSION,
	F_HELP,
	F_END
};
#define BIT(f) (1u << ((f)-F_GATEWAY))

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, F_JSON },
	{ "gateway", required_argument, NULL, F_GATEWAY },
	{ "user", required_argument, NULL, F_USER },
	{ "name", required_argument, NULL, F_NAME },
	{ "listen", required_argument, NULL, F_LISTEN },
	{ "password-stdin", no_argument, NULL, F_PASSWORD_STDIN },
	{ "groups", required_argument, NULL, F_GROUPS },
	{ "delete", no_argument, NULL, F_DELETE },
	{ "remove", no_argument, NULL, F_REMOVE },
	{ "address", required_argument, NULL, F_ADDRESS },
	{ "as", required_argument, NULL, F_AS },
	{ "offline", no_argument, NULL, F_OFFLINE },
	{ "timeout", required_argument, NULL, F_TIMEOUT },
	{ "wide", no_argument, NULL, F_WIDE },
	{ "force", no_argument, NULL, F_FORCE },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static int ctl_help(const struct ctl *ctl);

static const struct command {
	const char *name, *usage, *help;
	int least, most; /* how many arguments it takes */
	unsigned flags;  /* bits: options of its own */
	int (*run)(const struct ctl *);
} commands[] = {
	{ "init",
	  "DIR [--name HOST] [--user NAME] [--listen ADDR:PORT] "
	  "[--password-stdin]",
	  "make a gateway ready to run", 1, 1,
	  BIT(F_NAME) | BIT(F_USER) | BIT(F_LISTEN) | BIT(F_PASSWORD_STDIN),
	  ctl_init },
	{ "passwd",
	  "[--groups [+|-|=]LIST] [--delete] "
	  "[--password-stdin] USER",
	  "add, change or delete a user", 1, 1,
	  BIT(F_GROUPS) | BIT(F_DELETE) | BIT(F_PASSWORD_STDIN) |
		  BIT(F_GATEWAY),
	  ctl_passwd },
	{ "otp", "[--remove] USER",
	  "give a user a new secret for one-time codes, as a QR code", 1, 1,
	  BIT(F_REMOVE) | BIT(F_GATEWAY), ctl_otp },
	{ "users", "[--wide]", "list who may log in, and who is locked", 0, 0,
	  BIT(F_GATEWAY) | BIT(F_WIDE), ctl_users },
	{ "lock", "USER", "keep a user from logging in, and end the sessions",
	  1, 1, BIT(F_GATEWAY), ctl_lock },
	{ "unlock", "USER", "let a user in again, with the same password", 1, 1,
	  BIT(F_GATEWAY), ctl_unlock },
	{ "invite", "[--address HOST:PORT] USER",
	  "print an adit.ini for a user", 1, 1, BIT(F_ADDRESS) | BIT(F_GATEWAY),
	  ctl_invite },
	{ "pin", "", "print the fingerprint of the gateway's key, for agents",
	  0, 0, BIT(F_GATEWAY), ctl_pin },
	{ "check", "[FILE]", "check the configuration", 0, 1, 0, ctl_check },
	{ "status", "", "how the gateway is; exit status 0 if it runs", 0, 0, 0,
	  ctl_status },
	{ "sessions", "[--wide]", "who is logged in", 0, 0,
	  BIT(F_GATEWAY) | BIT(F_WIDE), ctl_sessions },
	{ "channels", "[--wide]", "which connections are forwarded", 0, 0,
	  BIT(F_GATEWAY) | BIT(F_WIDE), ctl_channels },
	{ "kick", "USER|SESSION", "end sessions", 1, 1, BIT(F_GATEWAY),
	  ctl_kick },
	{ "reload", "", "read the configuration again", 0, 0, 0, ctl_reload },
	{ "upgrade", "[--force]",
	  "let the installed version of aditd take over", 0, 0, BIT(F_FORCE),
	  ctl_upgrade },
	{ "stats", "", "processes and counters", 0, 0, 0, ctl_stats },
	{ "plugins", "[--wide]",
	  "the plugins; with --wide their files and counters", 0, 0,
	  BIT(F_WIDE), ctl_plugins },
	{ "why", "--as USER [--offline] HOST:PORT|URL|RESOURCE",
	  "say whether a user may connect, and by which rule", 1, 1,
	  BIT(F_AS) | BIT(F_OFFLINE) | BIT(F_GATEWAY), ctl_why },
	{ "drain", "[--timeout TIME]",
	  "let nobody log in any more, end with the last "
	  "session",
	  0, 0, BIT(F_TIMEOUT), ctl_drain },
	{ "help", "[COMMAND]", "how to call aditctl, or one of its commands", 0,
	  1, 0, ctl_help },
};

static void print_usage(FILE *to)
{
	fputs("usage: aditctl [-c FILE] [--json] [--gateway NAME] COMMAND\n\n",
	      to);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (commands[i].run)
			fprintf(to, "  %-9s %s\n", commands[i].name,
				commands[i].help);
	fputs("\n-c FILE is the gateway's configuration, else " CTL_FILE ".\n"
	      "--gateway NAME is needed where it has several gateways.\n"
	      "aditctl help COMMAND shows the options of one of them.  See "
	      "aditctl(8).\n",
	      to);
}

static void print_command(const struct command *cmd)
{
	char text[200];

	snprintf(text, sizeof text, "aditctl %s%s%s", cmd->name,
		 cmd->usage[0] ? " " : "", cmd->usage);
	human_wrap("usage: ", text);
	printf("\naditctl %s: %s.\n"
	       "Options of all commands: -c FILE, --json%s.\n"
	       "See aditctl(8).\n",
	       cmd->name, cmd->help,
	       cmd->flags & BIT(F_GATEWAY) ? "; here also --gateway NAME" : "");
}

static const struct command *find_command(const char *name)
{
	struct conf_guess g = { .word = name };
	char hint[64];

	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
		if (commands[i].run)
			conf_guess_offer(&g, commands[i].name);
	}
	ctl_fail(CTL_USAGE, "there is no command %s%s; see aditctl help", name,
		 conf_guess_text(&g, hint, sizeof hint));
	return NULL;
}

/* -1: go on. */
static int aditctl_take_option(struct ctl *ctl, unsigned *given, int c,
			       const char *word)
{
	const char **text[F_END - F_GATEWAY] = {
		[F_GATEWAY - F_GATEWAY] = &ctl->gateway,
		[F_USER - F_GATEWAY] = &ctl->user,
		[F_NAME - F_GATEWAY] = &ctl->name,
		[F_LISTEN - F_GATEWAY] = &ctl->listen,
		[F_GROUPS - F_GATEWAY] = &ctl->groups,
		[F_ADDRESS - F_GATEWAY] = &ctl->address,
		[F_AS - F_GATEWAY] = &ctl->as,
		[F_TIMEOUT - F_GATEWAY] = &ctl->timeout,
	};

	if (c == 'c') {
		ctl->file = optarg;
		return -1;
	}
	c = c == 'h' ? F_HELP : c == 'V' ? F_VERSION : c;
	if (c < F_GATEWAY || c >= F_END)
		return ctl_fail(CTL_USAGE,
				"%s: there is no such option, or its "
				"value is missing; see aditctl help",
				word);
	*given |= BIT(c);
	if (text[c - F_GATEWAY])
		*text[c - F_GATEWAY] = optarg;
	ctl->json |= c == F_JSON;
	ctl->wide |= c == F_WIDE;
	ctl->force |= c == F_FORCE;
	ctl->offline |= c == F_OFFLINE;
	ctl->password_stdin |= c == F_PASSWORD_STDIN;
	ctl->remove |= c == F_DELETE || c == F_REMOVE;
	if (c == F_VERSION)
		puts("aditctl " PACKAGE_VERSION);
	return c == F_VERSION ? CTL_OK : -1;
}

/* For the command that the first word names, or for all. */
static int help(char *const *word, int nwords)
{
	const struct command *cmd = nwords ? find_command(word[0]) : NULL;

	if (nwords && !cmd)
		return CTL_USAGE;
	if (cmd)
		print_command(cmd);
	else
		print_usage(stdout);
	return CTL_OK;
}

static int ctl_help(const struct ctl *ctl)
{
	return help(ctl->word, ctl->nwords);
}

static int aditctl_run(const struct command *cmd, struct ctl *ctl,
		       unsigned given)
{
	unsigned foreign = given & ~cmd->flags & ~BIT(F_JSON);

	if (!cmd->run)
		return ctl_fail(CTL_USAGE,
				"%s: this version has no such "
				"command",
				cmd->name);
	for (const struct option *o = long_options; o->name; o++)
		if (o->val >= F_GATEWAY && foreign & BIT(o->val))
			return ctl_fail(CTL_USAGE,
					"%s takes no --%s; usage: "
					"aditctl %s %s",
					cmd->name, o->name, cmd->name,
					cmd->usage);
	if (ctl->nwords < cmd->least || ctl->nwords > cmd->most)
		return ctl_fail(CTL_USAGE, "usage: aditctl %s %s", cmd->name,
				cmd->usage);
	return cmd->run(ctl);
}

/* Known before the options are read, since errors in these are printed as JSON
 * too. */
static bool wants_json(char *const *argv)
{
	while (*argv)
		if (!strcmp(*argv++, "--json"))
			return true;
	return false;
}

static int run_words(struct ctl *ctl, int argc, char **argv)
{
	const struct command *cmd;
	unsigned given = 0;
	int c, status = -1;

	opterr = 0;
	/* Options may stand before and after the command: getopt_long moves the
	 * arguments to the end. */
	while (status < 0 &&
	       (c = getopt_long(argc, argv, "c:hV", long_options, NULL)) != -1)
		status = aditctl_take_option(ctl, &given, c, argv[optind - 1]);
	if (status >= 0)
		return status;
	if (given & BIT(F_HELP))
		return help(argv + optind, argc - optind);
	if (optind == argc) {
		print_usage(stderr);
		return CTL_USAGE;
	}
	cmd = find_command(argv[optind]);
	if (!cmd)
		return CTL_USAGE;
	ctl->word = argv + optind + 1;
	ctl->nwords = argc - optind - 1;
	return aditctl_run(cmd, ctl, given);
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .file = CTL_FILE };

	std_fill();
	signal(SIGPIPE, SIG_IGN);
	log_start("aditctl", LOG_WARN);
	ctl_errors_as_json(wants_json(argv));
	return ctl_end(run_words(&ctl, argc, argv));
}
