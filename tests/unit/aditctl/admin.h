/* SPDX-License-Identifier: BSD-2-Clause */
/* admin.h - somebody who types commands of aditctl, and a gateway with canned
 * answers. */
#ifndef ADIT_TEST_ADITCTL_ADMIN_H
#define ADIT_TEST_ADITCTL_ADMIN_H

#include "aditctl/ctl.h"
#include "control/canned.h"
#include "stage.h"

extern struct ctl admin;            /* the command line: -c FILE */
extern struct canned admin_gateway; /* as admin_answers has made it */

/* A stage whose folder holds aditd.ini with one gateway, "main", its users file
 * and, where an aditd runs, its socket.  The users are alice, in the group
 * staff, and bob, who is locked. */
void admin_open(void);
void admin_close(void);
/* Another aditd.ini: the usual one, with `more` below it. */
void admin_ini(const char *more);
/* A gateway that aditctl init makes in the folder "made" of the stage; the user
 * is "admin".  Commands are about this one from now on; stage_out is what init
 * says. */
void admin_init(const char *name, const char *listen);
/* The word behind the command. */
void admin_word(const char *word);

/* An aditd runs, which gives these answers, up to NULL, and ends. */
void admin_answers(const char *const *answers);
#define ADMIN_ANSWERS(...)                                                     \
	admin_answers((const char *const[]){ __VA_ARGS__, NULL })
/* The next request is this one, word by word. */
void admin_asked(const char *request);

/* Runs a command, which returns `status`.  What it prints is in stage_out and
 * in stage_err. */
void admin_runs(int (*command)(const struct ctl *), int status);
/* The same with --json; standard output as an object, which is the caller's. */
json_t *admin_runs_json(int (*command)(const struct ctl *), int status);
/* The same for one that fails: its code and a part of its error. */
void admin_fails(int (*command)(const struct ctl *), const char *code,
		 const char *part);

#endif
