/* SPDX-License-Identifier: BSD-2-Clause */
/* password.h - the user's password: where it comes from, where it is kept. */
#ifndef ADIT_AGENT_PASSWORD_H
#define ADIT_AGENT_PASSWORD_H

#include "base/defs.h"

enum { PASSWORD_CAP = 1024 };   /* with its NUL; what the protocol carries */

/* PASSWORD_CAP bytes of memory that is neither swapped out nor dumped.  NULL: no
 * memory. */
MUST_CHECK char *password_new(void);
/* Again in a child, which inherits the memory, but not its lock. */
void password_lock(char *);
/* Wipes it. */
void password_free(char *);

/* Into dst[PASSWORD_CAP].  0, or an exit status, and it is said. */
MUST_CHECK int password_from_stdin(char *dst);
MUST_CHECK int password_from_file(const char *path, char *dst);
MUST_CHECK int password_from_terminal(const char *prompt, char *dst);

/* No core files of this process, no debugger of the same user. */
void password_hide(void);

#endif
