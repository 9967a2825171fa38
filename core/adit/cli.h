/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.h - what the commands of adit share. */
#ifndef ADIT_ADIT_CLI_H
#define ADIT_ADIT_CLI_H

#include "agent/conf.h"
#include "control/table.h"

#include <jansson.h>
#include <stdbool.h>

struct agent_call;

/* What stood on the command line. */
struct cli {
	struct conf_flags flags;
	bool json, password_stdin, foreground;
	char **word; /* behind the command */
	int nwords;
};

/* Exit statuses. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* The commands; each returns an exit status. */
int cmd_up(const struct cli *);
int cmd_down(const struct cli *);
int cmd_start(const struct cli *);
int cmd_stop(const struct cli *);
int cmd_list(const struct cli *);
int cmd_reload(const struct cli *);
int cmd_status(const struct cli *);
int cmd_resources(const struct cli *);
int cmd_map(const struct cli *);
int cmd_run(const struct cli *);

/* ---- cli_fail.c ------------------------------------------------------------------ */

/* "adit: ..." on standard error, escaped; returns `status`. */
int cli_fail(int status, const char *fmt, ...) PRINTF(2, 3);
/* The same with CLI_FAILED, and a word that tells programs why. */
int cli_fail_as(const char *code, const char *fmt, ...) PRINTF(2, 3);
/* What is wrong with a configuration. */
void cli_conf_errors(const struct conf_errors *);
/* Errors are {"error": TEXT, "code": WORD} on standard output from now on. */
void cli_errors_as_json(bool yes);

/* ---- cmd_up.c -------------------------------------------------------------------- */

/* Reads proxy_password_file, if it is of use.  An exit status, and it is said. */
MUST_CHECK int cli_proxy_password(struct agent_conf *);

/* ---- cmd_ask.c ------------------------------------------------------------------- */

/* NULL: it is said, the exit status is CLI_USAGE. */
MUST_CHECK struct agent_conf *cli_conf(const struct cli *);

/* Takes `request`.  The answer is the caller's.  NULL and *err: nothing is said
 * where no agent runs (ERR_NOTFOUND), else it is. */
MUST_CHECK json_t *cli_ask(const struct cli *, json_t *request,
			   struct agent_call *call, int *err);

/* ---- offer.c --------------------------------------------------------------------- */

/* After a login: what flags said may be wanted again.  Asks on a terminal only,
 * and where there is no adit.ini. */
void cli_offer_file(const struct cli *, const struct agent_conf *);

/* ---- for people ------------------------------------------------------------------ */

/* `rows` is an array of objects; neighbours in an array are written as a range. */
void cli_table(const struct table_column *, size_t ncolumns,
	       const json_t *rows);
/* RESOURCE LISTEN STATE of a status object, and what is to be said about them. */
void cli_listeners(const json_t *status);
/* Web-Links of a status or resources object: their URLs, and how to get there. */
void cli_links(const json_t *);
/* Prints it as it is. */
void cli_print_json(const json_t *);

#endif
