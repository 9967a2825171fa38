/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.h - the process that looks host names up for the worker. */
#ifndef ADIT_RESOLVER_RESOLVER_H
#define ADIT_RESOLVER_RESOLVER_H

/* Answers MSG_RESOLVE on FD_MAIN and FD_NAMES until the monitor or the worker
 * closes one of them; returns the exit status. */
int resolver_main(void);

#endif
