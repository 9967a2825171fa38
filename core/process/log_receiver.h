/* SPDX-License-Identifier: BSD-2-Clause */
/* log_receiver.h - the socket of what takes the gateway's log: journald, or a
 * syslog daemon. */
#ifndef ADIT_PROCESS_LOG_RECEIVER_H
#define ADIT_PROCESS_LOG_RECEIVER_H

#include "base/defs.h"
#include "policy/log_to.h"

#include <stddef.h>

struct log_receiver {
	struct log_to to;
	int fd; /* -1: not connected */
};

/* Connects the socket.  0, or ERR_SYS with errno. */
MUST_CHECK int log_receiver_open(struct log_receiver *);
void log_receiver_close(struct log_receiver *);

/* Gives it one message, and connects first if need be.  Never waits.  0;
 * ERR_AGAIN: it takes no more for now (poll `fd`); ERR_CLOSED: it is not there,
 * errno says why, and a later try connects anew. */
MUST_CHECK int log_receiver_send(struct log_receiver *, const char *p,
				 size_t n);

/* "journald" or "syslog at ...", for messages. */
enum { LOG_RECEIVER_NAME = 160 };
const char *log_receiver_name(const struct log_to *,
			      char name[LOG_RECEIVER_NAME]);

#endif
