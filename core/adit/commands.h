/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - the commands and options of adit. */
#ifndef ADIT_ADIT_COMMANDS_H
#define ADIT_ADIT_COMMANDS_H

#include "adit/cli.h"

#include <getopt.h>
#include <stdio.h>

/* getopt_long's values of options that have no letter. */
enum {
	F_JSON = 256,
	F_GATEWAY,
	F_USER,
	F_PIN,
	F_CA,
	F_PASSWORD_FILE,
	F_PASSWORD_STDIN,
	F_FOREGROUND,
	F_ONCE,
	F_AGENT,
	F_ALSO_DIRECT,
	F_PUBLISH,
	F_PROXY,
	F_SHELL,
	F_END
};
#define BIT(f) (1u << ((f)-F_JSON))

extern const char commands_short[];
extern const struct option commands_long[];

struct cli_command {
	const char *name, *usage, *help;
	const char *more; /* for `adit help COMMAND`; or NULL */
	int words;        /* arguments; then NAME may follow */
	unsigned flags;   /* bits: options of its own */
	int (*run)(const struct cli *);
	bool rest; /* the words are another command */
};

/* NULL: there is no such command, which is printed. */
const struct cli_command *commands_find(const char *name);
/* Prints a list of all commands. */
void commands_usage(FILE *to);
/* Prints how to call one command, with its options, on standard output. */
void commands_help(const struct cli_command *);

#endif
