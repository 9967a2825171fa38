/* SPDX-License-Identifier: BSD-2-Clause */
/* log_to.h - where the gateway's log goes: the key `log` of [server]. */
#ifndef ADIT_POLICY_LOG_TO_H
#define ADIT_POLICY_LOG_TO_H

#include "base/addr.h"
#include "base/defs.h"

#include <stdbool.h>

enum log_kind {
	LOG_TO_STDERR,
	LOG_TO_JOURNAL, /* of systemd, by its own protocol */
	LOG_TO_SYSLOG,  /* a receiver of RFC 5424 */
};

#define LOG_TO_JOURNAL_SOCKET "/run/systemd/journal/socket"
#define LOG_TO_SYSLOG_SOCKET "/dev/log"
enum { LOG_TO_PATH = 108 }; /* of a Unix socket, with its NUL */

struct log_to {
	enum log_kind kind;
	char path[LOG_TO_PATH]; /* of a Unix socket; "": it is `at` */
	struct addr at;         /* UDP */
};

/* Reads "stderr", "journal", "syslog", "syslog:/path" or
 * "syslog:ADDRESS:PORT".  0 or ERR_INVAL. */
MUST_CHECK int log_to_parse(struct log_to *, const char *text);

#endif
