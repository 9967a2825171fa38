/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.h - what the commands of adit share. */
#ifndef ADIT_ADIT_CLI_H
#define ADIT_ADIT_CLI_H

#include "agent/conf.h"
#include "control/table.h"

#include <jansson.h>
#include <stdbool.h>

struct agent_call;

enum { CLI_PUBLISH = 16 };

/* What was given on the command line. */
struct cli {
	struct conf_flags flags;
	bool json, password_stdin, foreground, also_direct;
	const char *publish[CLI_PUBLISH]; /* ports */
	unsigned npublish;
	const char *shell; /* --shell, or NULL */
	char **word;       /* the arguments after the command */
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
int cmd_confirm(const struct cli *);
int cmd_passwd(const struct cli *);
int cmd_publish(const struct cli *);
int cmd_unpublish(const struct cli *);
int cmd_run(const struct cli *);
int cmd_env(const struct cli *);
int cmd_why(const struct cli *);
int cmd_open(const struct cli *);

/* ---- cli_fail.c ---------------------------------------------------------- */

/* Prints "adit: ..." on standard error, without control characters; returns
 * `status`. */
int cli_fail(int status, const char *fmt, ...) PRINTF(2, 3);
/* The same, returns CLI_FAILED.  `code` tells programs why: a word of
 * adit(1). */
int cli_fail_as(const char *code, const char *fmt, ...) PRINTF(2, 3);
/* Prints what is wrong with a configuration. */
void cli_conf_errors(const struct conf_errors *);
/* Whether errors are printed as {"error": TEXT, "code": WORD} on standard
 * output. */
void cli_errors_as_json(bool yes);

/* ---- cli_login.c --------------------------------------------------------- */

/* These return an exit status; an error is printed. */
MUST_CHECK int cli_check_complete(const struct agent_conf *);
/* Reads proxy_password_file into the configuration, if its proxy is the one in
 * use. */
MUST_CHECK int cli_proxy_password(struct agent_conf *);
/* The user's password into dst[PASSWORD_CAP]: from where the options and the
 * configuration say; "" where the certificate may be enough; CLI_TYPED: from
 * the terminal, where "WHAT for USER at GATEWAY: " was asked. */
enum { CLI_TYPED = -1 };
MUST_CHECK int cli_read_password(const struct cli *, const struct agent_conf *,
				 const char *what, char *dst);
/* A token says nothing of the key before it has its PIN. */
MUST_CHECK int cli_read_pin(const struct agent_conf *, char *dst);

/* ---- cmd_ask.c ----------------------------------------------------------- */

/* The configuration, which is the caller's.  NULL: what is wrong with it is
 * printed; the exit status is CLI_USAGE. */
MUST_CHECK struct agent_conf *cli_conf(const struct cli *);

/* For commands that need a running agent: asks it, for at most `timeout`
 * seconds.  Takes `request`.  NULL: the error is printed, and *status is the
 * exit status. */
MUST_CHECK json_t *cli_must_ask(const struct cli *, json_t *request,
				int timeout, int *status);
/* Asks the agent of this configuration.  Takes `request`.  The answer is the
 * caller's.  NULL: the error is in *err, and printed, except ERR_NOTFOUND,
 * where no agent runs. */
MUST_CHECK json_t *cli_ask(const struct cli *, json_t *request,
			   struct agent_call *call, int *err);

/* ---- offer.c ------------------------------------------------------------- */

/* After a login: offers to write the options that were given to adit.ini.  Asks
 * only on a terminal, and only if there is no adit.ini yet. */
void cli_offer_file(const struct cli *, const struct agent_conf *);

/* ---- for people ---------------------------------------------------------- */

/* Prints a table.  `rows` is an array of objects; three and more consecutive
 * ports in an array are printed as a range. */
void cli_table(const struct table_column *, size_t ncolumns,
	       const json_t *rows);
/* Prints where the resources of a status object listen, and what is wrong with
 * them. */
void cli_listeners(const json_t *status);
/* Prints the URLs of the Web-Links in a status or resources object, and how a
 * browser reaches them. */
void cli_links(const json_t *);
/* Prints the value, indented, on standard output. */
void cli_print_json(const json_t *);

#endif
