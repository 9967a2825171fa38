/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.h - between the gateway's processes and a terminal that is their log.
 *
 *   monitor, worker, resolver, checkers -- pipe --> "aditd: terminal" -- terminal
 *
 * A worker that was taken over must not reach the terminal of root, which does what
 * escape sequences tell it.  A process of its own passes on lines, escaped as the
 * log's are; it ends with the last of those that write to it, so that an upgrade
 * of the monitor changes nothing. */
#ifndef ADIT_PROCESS_TERMINAL_H
#define ADIT_PROCESS_TERMINAL_H

#include "process/privs.h"

/* Where standard error is a terminal: from now on it is the pipe, for children too.
 * 0 or ERR_SYS. */
MUST_CHECK int terminal_guard(const struct privs_user *);

/* The process in between. */
int terminal_main(void);

#endif
