/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon.h - the process of an agent, from `adit up` to `adit down`. */
#ifndef ADIT_ADIT_DAEMON_H
#define ADIT_ADIT_DAEMON_H

#include "agent/conf.h"

#include <jansson.h>

/* Is told how the login went: {"text": ..., "status": {...}}, or {"error": ...,
 * "again": BOOL}, where `again` says whether another password may help.  Before
 * that any number of {"waiting": why}, while no gateway can be reached. */
typedef void daemon_report_fn(void *ctx, const json_t *report);

struct daemon_conf {
	const struct agent_conf *conf;
	struct conf_flags flags; /* for a reload of the configuration */
	char *password;          /* see password.h */
	const char *log_file;    /* NULL: the log goes to standard error */
	daemon_report_fn *report;
	void *ctx;
};

/* Runs the agent in this process, until it is down.  Returns an exit status. */
MUST_CHECK int daemon_foreground(const struct daemon_conf *);
/* Runs the agent in a process of its own, without a terminal.  Returns when
 * that has reported how the login went, or has ended; returns an exit status
 * for `up`. */
MUST_CHECK int daemon_background(const struct daemon_conf *);

#endif
