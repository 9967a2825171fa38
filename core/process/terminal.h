/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.h - a process between the gateway's others and the terminal that is
 * their log, where aditd was started by hand.
 *
 *   monitor, worker,   -- pipe -->  "aditd: terminal"  -->  terminal
 *   resolver, checkers
 *
 * A worker that was taken over must not reach the terminal of root, which does
 * what escape sequences tell it.  A process of its own passes on lines, escaped
 * as the log's are; it ends with the last of those that write to it, so that an
 * upgrade of the monitor changes nothing. */
#ifndef ADIT_PROCESS_TERMINAL_H
#define ADIT_PROCESS_TERMINAL_H

#include "process/privs.h"

/* Where standard error is a terminal it becomes a pipe to such a process, for
 * children too.  0 or ERR_SYS. */
MUST_CHECK int terminal_guard(const struct privs_user *);

/* That process, run as this user; returns the exit status. */
int terminal_main(void);

#endif
