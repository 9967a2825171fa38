/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon.h - the process of an agent, from `adit up` to `adit down`. */
#ifndef ADIT_ADIT_DAEMON_H
#define ADIT_ADIT_DAEMON_H

#include "agent/conf.h"

#include <jansson.h>
#include <stdbool.h>

struct prompt;
struct answer;

/* Is told how the login went: {"text": ..., "status": {...}}, or {"error": ...,
 * "again": BOOL}, where `again` says whether another password may help.  Before
 * that any number of {"waiting": why}, while no gateway can be reached; and,
 * from the process of the agent to that of `adit up` only, {"prompt": ...}. */
typedef void daemon_report_fn(void *ctx, const json_t *report);
/* Asks the user what a gateway asks during the login.  False: nobody
 * answers. */
typedef bool daemon_ask_fn(const struct prompt *, struct answer *);

struct daemon_conf {
	const struct agent_conf *conf;
	struct conf_flags flags; /* for a reload of the configuration */
	char *password, *pin;    /* see password.h */
	const char *log_file;    /* NULL: the log goes to standard error */
	daemon_report_fn *report;
	daemon_ask_fn *ask;
	void *ctx;
};

/* Runs the agent in this process, until it is down.  Returns an exit status. */
MUST_CHECK int daemon_foreground(const struct daemon_conf *);
/* Runs the agent in a process of its own, without a terminal.  Returns when
 * that has reported how the login went, or has ended; returns an exit status
 * for `up`. */
MUST_CHECK int daemon_background(const struct daemon_conf *);

#endif
