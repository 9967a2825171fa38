/* SPDX-License-Identifier: BSD-2-Clause */
/* daemon.h - the process that the agent lives in. */
#ifndef ADIT_ADIT_DAEMON_H
#define ADIT_ADIT_DAEMON_H

#include "agent/conf.h"

#include <jansson.h>

/* How `up` went: {"text": ..., "status": {...}} or {"error": ..., "again": BOOL},
 * where `again` is whether another password may help.  Before that any number of
 * {"waiting": why}. */
typedef void daemon_report_fn(void *ctx, const json_t *report);

struct daemon_conf {
	const struct agent_conf *conf;
	struct conf_flags flags; /* with which it is read again */
	char *password;          /* see password.h */
	const char *log_file;    /* NULL: the log goes to standard error */
	daemon_report_fn *report;
	void *ctx;
};

/* Here, until the agent is down.  An exit status. */
MUST_CHECK int daemon_foreground(const struct daemon_conf *);
/* In a process of its own, behind the terminal's back.  Returns when it has
 * reported, or when there is no such process any more.  The report was NULL if it
 * ended without one.  An exit status for `up`. */
MUST_CHECK int daemon_background(const struct daemon_conf *);

#endif
