/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.h - seccomp and Landlock: what a process of the gateway cannot do
 * once it has started. */
#ifndef ADIT_PROCESS_SANDBOX_H
#define ADIT_PROCESS_SANDBOX_H

#include "base/defs.h"

enum sandbox_kind {
	SANDBOX_WORKER,   /* has sockets and memory; opens and runs no file */
	SANDBOX_RESOLVER, /* asks name servers; reads files of /etc and /run */
	SANDBOX_WEB,      /* accepts on the listeners that it is given */
	SANDBOX_LOG,      /* sends datagrams to the log's receiver */
	SANDBOX_CHECKER,  /* has memory, and the descriptors it began with */
};

/* Once, when everything is open (plugins, certificates) and before the first
 * thread is started: Landlock holds for the calling thread and those that it
 * starts.  0, or ERR_SYS, logged; then the process should end.  Does nothing
 * under a sanitizer, which needs files and calls of its own. */
MUST_CHECK int sandbox_enter(enum sandbox_kind kind);

#endif
