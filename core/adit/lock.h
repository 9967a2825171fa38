/* SPDX-License-Identifier: BSD-2-Clause */
/* lock.h - one agent for each configuration on a machine, and how it is
 * found. */
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
	pid_t pid;                /* 0 or less: in another container */
	char socket[LOCK_SOCKET]; /* its path; "": not known yet */
};

/* Takes the lock of `profile` in the folder `dir`, which exists.  0: it is held
 * until lock_drop or the end of the process; ERR_LIMIT: another process holds
 * it; ERR_SYS: errno says why. */
MUST_CHECK int lock_take(struct lock *, const char *dir, const char *profile);
/* Writes into the lock file where the holder can be asked. */
void lock_tell(const struct lock *, const char *socket);
/* Does nothing where the lock is not held. */
void lock_drop(struct lock *);
/* Whether another process holds it, and which.  The holder must not call this:
 * closing the file would release its own lock. */
bool lock_find(struct lock_holder *, const char *dir, const char *profile);
/* Sends a signal to the holder if it still holds the lock.  False: it was not
 * sent. */
bool lock_signal(const struct lock_holder *, const char *dir,
		 const char *profile, int sig);

#endif
