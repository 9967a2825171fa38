/* SPDX-License-Identifier: BSD-2-Clause */
/* commands.h - what may stand on the command line of adit. */
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
	F_PROXY,
	F_END
};
#define BIT(f) (1u << ((f)-F_JSON))

extern const char short_options[];
extern const struct option long_options[];

struct cli_command {
	const char *name, *usage, *help;
	const char *more;               /* for its own help; or NULL */
	int words;                      /* behind it; then NAME may follow */
	unsigned flags;                 /* bits: options of its own */
	int (*run)(const struct cli *); /* NULL: a known word, no command */
	bool rest;                      /* the words are another command */
};

/* NULL: there is none, which is said. */
const struct cli_command *find_command(const char *name);
/* All commands. */
void print_usage(FILE *to);
/* One command and its options. */
void print_help(const struct cli_command *);

#endif
