/* SPDX-License-Identifier: BSD-2-Clause */
/* log_relay.h - the process that sends the log of all others to journald or to
 * a syslog daemon (`log` in [server]).
 *
 *   monitor, worker,     -- pipe -->  "aditd: log"  -- datagrams -->  receiver
 *   resolver, checkers
 *
 * The pipe is the only store: a line leaves it once the receiver has taken it.
 * So nothing is lost when this process is killed and the monitor starts it
 * again; and while there is no receiver, those who write see a pipe that fills,
 * lose lines without waiting, and count them (base/log_out.h). */
#ifndef ADIT_PROCESS_LOG_RELAY_H
#define ADIT_PROCESS_LOG_RELAY_H

#include "base/defs.h"

/* Environment: the value of `log`, for this process. */
#define LOG_RELAY_TO "ADITD_LOG_TO"

/* That process: FD_MAIN is the end of the pipe, standard error is that of the
 * gateway.  Ends with the last of those that write; returns the exit status. */
int log_relay_main(void);

#endif
