/* SPDX-License-Identifier: BSD-2-Clause */
/* entry.h - enters the namespaces of a running command, and brings back what
 * was made there: sockets belong to the network that they were made in,
 * whoever has them. */
#ifndef ADIT_INTERCEPT_ENTRY_H
#define ADIT_INTERCEPT_ENTRY_H

#include "base/defs.h"

#include <stddef.h>
#include <sys/types.h>

enum { ENTRY_FDS = 16 }; /* that one visit may bring back */

/* Descriptors of namespaces, which keep what they are of. */
struct entry {
	int user; /* -1: it is this process's own */
	int net;
	int mnt; /* -1: visits see the mounts of this process */
};

/* Of a process.  0, or ERR_SYS with errno, and nothing is open; EINVAL:
 * network or mounts are this process's own. */
MUST_CHECK int entry_open(struct entry *, pid_t pid);
/* The mounts end with the last process again. */
void entry_leave_mounts(struct entry *);
void entry_close(struct entry *); /* also of a closed one */

/* What a visit brings back. */
struct entry_made {
	int fds[ENTRY_FDS]; /* -1: not made */
	int number;         /* whatever it means to caller and callee; 0 */
};
/* Work in the namespaces: fills what it can make, and returns 0, or the errno
 * for which the visit is worth nothing. */
typedef int entry_fn(const void *ctx, struct entry_made *);
/* A child enters and calls `fn`; this process waits, for some milliseconds,
 * and has the descriptors then.  0, or ERR_SYS with errno, and all of fds is
 * -1. */
MUST_CHECK int entry_visit(const struct entry *, entry_fn *fn, const void *ctx,
			   struct entry_made *);

#endif
