/* SPDX-License-Identifier: BSD-2-Clause */
/* landlock.h - files, ports and signals that a process gives up for good. */
#ifndef ADIT_PROCESS_LANDLOCK_H
#define ADIT_PROCESS_LANDLOCK_H

#include "process/sandbox.h"

/* For the calling thread and those that it starts; needs NO_NEW_PRIVS.  What this
 * kernel does not know is left out, seccomp remains.  0 or ERR_SYS. */
MUST_CHECK int landlock_enter(enum sandbox_kind kind);
/* Version of what this kernel has, 0: nothing. */
int landlock_version(void);

#endif
