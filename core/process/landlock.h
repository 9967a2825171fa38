/* SPDX-License-Identifier: BSD-2-Clause */
/* landlock.h - Landlock: files, ports and signals that a process cannot use
 * once it has started. */
#ifndef ADIT_PROCESS_LANDLOCK_H
#define ADIT_PROCESS_LANDLOCK_H

#include "process/sandbox.h"

/* For the calling thread and those that it starts; needs NO_NEW_PRIVS.  What
 * this kernel does not support is left out: seccomp forbids most of it too.  0
 * or ERR_SYS. */
MUST_CHECK int landlock_enter(enum sandbox_kind kind);
/* The kernel's version of Landlock; 0: it has none. */
int landlock_version(void);

#endif
