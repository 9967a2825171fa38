/* SPDX-License-Identifier: BSD-2-Clause */
/* lock.h - one agent for each configuration on a machine, and how it is found. */
#ifndef ADIT_ADIT_LOCK_H
#define ADIT_ADIT_LOCK_H

#include "base/defs.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

enum { LOCK_SOCKET = 128 }; /* bytes of a socket's path */

struct lock {
	int fd; /* -1: not held */
	char path[PATH_MAX];
};

struct lock_holder {
	pid_t pid;                /* 0 or less: not of this container */
	char socket[LOCK_SOCKET]; /* "": not yet known */
};

/* 0 and the lock is held until lock_drop or the end of the process; ERR_LIMIT:
 * another process holds it; ERR_SYS: errno.  `dir` is there. */
MUST_CHECK int lock_take(struct lock *, const char *dir, const char *profile);
/* Where the holder can be asked. */
void lock_tell(const struct lock *, const char *socket);
void lock_drop(struct lock *); /* also of one that is not held */
/* Who holds it.  Not for the process that does: its lock would be gone. */
bool lock_find(struct lock_holder *, const char *dir, const char *profile);
/* Sends a signal to the holder, and to no other process. */
bool lock_signal(const struct lock_holder *, const char *dir,
		 const char *profile, int sig);

#endif
