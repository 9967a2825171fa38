/* SPDX-License-Identifier: BSD-2-Clause */
/* checker.h - a process that compares passwords with hashes. */
#ifndef ADIT_CHECKER_CHECKER_H
#define ADIT_CHECKER_CHECKER_H

/* Answers MSG_CHECK on FD_MAIN until the monitor closes it; returns the exit
 * status. */
int checker_main(void);

#endif
