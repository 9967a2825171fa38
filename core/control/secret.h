/* SPDX-License-Identifier: BSD-2-Clause */
/* secret.h - reads a password: from a file that is open, or from a terminal. */
#ifndef ADIT_CONTROL_SECRET_H
#define ADIT_CONTROL_SECRET_H

#include "base/defs.h"

#include <stddef.h>

enum { SECRET_WHY = 200 };

/* All of them fill dst[cap], which is the caller's to wipe, with a text that is not
 * empty, and return 0; or an error, and why says what is wrong with the password:
 *   ERR_INVAL     too long, empty, or with a NUL byte in it,
 *   ERR_NOTFOUND  there is no terminal to ask on,
 *   ERR_CLOSED    a signal ended it, why is empty,
 *   ERR_SYS. */

/* The first line of `fd`, without its end.  What follows is not read. */
MUST_CHECK int secret_read(int fd, char *dst, size_t cap, char why[SECRET_WHY]);
/* Makes a password of dst[n], a line as it was read; n is cap where it is too long. */
MUST_CHECK int secret_take(char *dst, size_t n, size_t cap,
			   char why[SECRET_WHY]);

struct secret_prompt {
	int in;           /* the terminal */
	int out;          /* where the question goes */
	const char *text; /* of the question */
};

/* Asks on a terminal, which does not show what is typed.  A signal that ends
 * programs does so after the terminal is as it was. */
MUST_CHECK int secret_ask(const struct secret_prompt *, char *dst, size_t cap,
			  char why[SECRET_WHY]);

#endif
