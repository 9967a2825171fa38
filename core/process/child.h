/* SPDX-License-Identifier: BSD-2-Clause */
/* child.h - starts this program again as another process of the gateway. */
#ifndef ADIT_PROCESS_CHILD_H
#define ADIT_PROCESS_CHILD_H

#include "process/privs.h"

enum { CHILD_FDS = 3 }; /* FD_MAIN, FD_SIGN, FD_NAMES */

struct child {
	const char *role;  /* argv[0]: "aditd: worker" */
	int fd[CHILD_FDS]; /* for 3, 4, 5; -1: none */
	const struct privs_user *user;
	int error;            /* for standard error; 0: that of this process */
	const char *variable; /* "NAME=value" for its environment; or NULL */
};

/* Whether the user that this process runs as may execute the program again.  0,
 * or ERR_DENIED with the reason in why. */
MUST_CHECK int child_may_run(char *why, size_t cap);

/* The pid, or -1 with errno.  The descriptors stay the caller's. */
MUST_CHECK pid_t child_start(const struct child *);

/* "killed by signal 9 (Killed)", "exit status 1", in dst[cap]; returns dst. */
const char *child_status(int status, char *dst, size_t cap);

/* A socketpair (SOCK_SEQPACKET) to a child; our end is non-blocking.  0 or
 * ERR_SYS. */
MUST_CHECK int child_pair(int *ours, int *theirs);

#endif
