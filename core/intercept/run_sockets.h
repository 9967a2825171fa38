/* SPDX-License-Identifier: BSD-2-Clause */
/* run_sockets.h - what the agent has in the network of a command. */
#ifndef ADIT_INTERCEPT_RUN_SOCKETS_H
#define ADIT_INTERCEPT_RUN_SOCKETS_H

#include "intercept/entry.h"

/* Descriptors that do not block; -1: this kernel has it not. */
struct run_sockets {
	int listen4, listen6; /* TCP: to them comes what the command dials */
	int names4, names6;   /* UDP: queries to any name server */
	int queue;            /* see queue.h */
	int end;              /* inotify: IN_UNMOUNT when no process is left */
};

/* Makes them in the namespaces of a command, whose mount `folder` ends with
 * its last process.  0, or ERR_SYS with errno and none is open. */
MUST_CHECK int run_sockets_open(struct run_sockets *, const struct entry *,
				const char *folder);
void run_sockets_close(struct run_sockets *); /* also of closed ones */

#endif
