/* SPDX-License-Identifier: BSD-2-Clause */
/* commands_test.c - the words that adit knows, and the help for each of
 * them. */
#include "adit/commands.h"
#include "stage.h"
#include "suite.h"

#include <string.h>

static const struct cli_command *find(const char *name)
{
	const struct cli_command *cmd;

	stage_begin();
	cmd = commands_find(name);
	stage_end();
	return cmd;
}

START_TEST(names)
{
	ck_assert_str_eq(find("status")->name, "status");
	ck_assert(find("up")->run == cmd_up);
	ck_assert_str_eq(stage_err, "");
	ck_assert_ptr_null(find("statsu"));
	STAGE_HAS(stage_err, "there is no command statsu");
	STAGE_HAS(stage_err, "status");
	ck_assert_ptr_null(find("\033[2J"));
	STAGE_HAS(stage_err, "\\x1b[2J");
}
END_TEST

START_TEST(usage_has_every_command)
{
	static const char *const all[] = { "up",     "down",      "list",
					   "start",  "stop",      "reload",
					   "status", "resources", "map",
					   "env",    "why",       "run",
					   "help" };

	stage_begin();
	commands_usage(stdout);
	stage_end();
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		char line[20];

		snprintf(line, sizeof line, "\n  %s ", all[i]);
		STAGE_HAS(stage_out, line);
	}
}
END_TEST

/* The help of a command shows only the options that this command takes. */
START_TEST(help_of_one)
{
	stage_begin();
	commands_help(commands_find("up"));
	stage_end();
	STAGE_HAS(stage_out, "usage: adit up [NAME]");
	STAGE_HAS(stage_out, "--gateway HOST[:PORT]");
	STAGE_HAS(stage_out, "--password-stdin");
	stage_begin();
	commands_help(commands_find("status"));
	stage_end();
	STAGE_HAS(stage_out, "usage: adit status [NAME]\n");
	STAGE_HAS(stage_out, "-c, --config FILE");
	STAGE_HAS(stage_out, "--json");
	STAGE_HAS_NOT(stage_out, "--gateway");
}
END_TEST

static void help(const char *name, int status)
{
	const struct cli cli = { .flags.name = name };

	stage_begin();
	ck_assert_int_eq(commands_find("help")->run(&cli), status);
	stage_end();
}

START_TEST(help_command)
{
	help(NULL, CLI_OK);
	STAGE_HAS(stage_out, "usage: adit [-c FILE]");
	help("map", CLI_OK);
	STAGE_HAS(stage_out, "usage: adit map RESOURCE HOST [NAME]\n");
	help("mapp", CLI_USAGE);
	ck_assert_str_eq(stage_out, "");
}
END_TEST

SUITE("adit/commands", names, usage_has_every_command, help_of_one,
      help_command)
