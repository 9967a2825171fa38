/* SPDX-License-Identifier: BSD-2-Clause */
/* checker.h - the processes that compare passwords with hashes, and make
 * hashes. */
#ifndef ADIT_CHECKER_CHECKER_H
#define ADIT_CHECKER_CHECKER_H

#include "base/defs.h"

/* Answers MSG_CHECK and its kin on FD_MAIN until the monitor closes it; returns
 * the exit status. */
int checker_main(void);

struct password_check; /* memory for one password after the other */

/* NULL: no memory, or crypt(3) has no yescrypt. */
struct password_check *checker_new(void);
void checker_free(struct password_check *);
/* Reads one question from this socket and answers it.  0; ERR_CLOSED: the
 * other end is closed; ERR_PROTO: something else has come. */
MUST_CHECK int checker_serve_one(struct password_check *, int sock);

#endif
