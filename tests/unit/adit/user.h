/* SPDX-License-Identifier: BSD-2-Clause */
/* user.h - somebody who types commands of adit, and an agent with canned
 * answers. */
#ifndef ADIT_TEST_ADIT_USER_H
#define ADIT_TEST_ADIT_USER_H

#include "adit/cli.h"
#include "control/canned.h"
#include "stage.h"

extern struct cli user;          /* the command line: -c FILE */
extern struct canned user_agent; /* as user_answers has made it */

/* A stage whose folder holds adit.ini and, where an agent runs, its socket. */
void user_open(void);
void user_close(void);
/* Another adit.ini: the usual one, with `more` below it. */
void user_ini(const char *more);

/* An agent runs, which gives these answers, up to NULL, and ends. */
void user_answers(const char *const *answers);
#define USER_ANSWERS(...)                                                      \
	user_answers((const char *const[]){ __VA_ARGS__, NULL })

/* Runs a command, which returns `status`.  What it prints is in stage_out and
 * in stage_err. */
void user_runs(int (*command)(const struct cli *), int status);
/* The same with --json; standard output as an object, which is the caller's. */
json_t *user_runs_json(int (*command)(const struct cli *), int status);

#endif
