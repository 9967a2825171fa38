/* SPDX-License-Identifier: BSD-2-Clause */
/* secret.h - reads a password from an open file, or from a terminal without
 * echo. */
#ifndef ADIT_CONTROL_SECRET_H
#define ADIT_CONTROL_SECRET_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>

enum { SECRET_WHY = 200 };

/* These functions fill dst[cap] with a text that is not empty, and return 0.
 * The caller wipes it.  Or they return an error, and `why` says what is wrong:
 *   ERR_INVAL     too long, empty, or with a NUL byte in it,
 *   ERR_NOTFOUND  there is no terminal to ask on,
 *   ERR_CLOSED    a signal ended it, why is empty,
 *   ERR_SYS. */

/* The first line of `fd`, without its end.  What follows is not read. */
MUST_CHECK int secret_read(int fd, char *dst, size_t cap, char why[SECRET_WHY]);
/* Makes a password of the line dst[n] that was read, with or without a CR at
 * its end.  n is cap if the line was too long. */
MUST_CHECK int secret_take(char *dst, size_t n, size_t cap,
			   char why[SECRET_WHY]);

struct secret_prompt {
	int in;           /* the terminal */
	int out;          /* where the question goes */
	const char *text; /* of the question */
	bool echo;        /* what is typed may be seen */
	bool may_be_empty;
};

/* Asks on a terminal, without echo unless p->echo.  A signal that ends the
 * program does so only after the terminal is as it was. */
MUST_CHECK int secret_ask(const struct secret_prompt *, char *dst, size_t cap,
			  char why[SECRET_WHY]);

#endif
