/* SPDX-License-Identifier: BSD-2-Clause */
/* password.h - the user's password: where it comes from, where it is kept. */
#ifndef ADIT_ADIT_PASSWORD_H
#define ADIT_ADIT_PASSWORD_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_CAP = 1024 }; /* with its NUL; what the protocol carries */

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
/* The first line that `sh -c COMMAND` prints.  One that does not end in time is
 * killed. */
struct password_command {
	const char *command;
	int timeout_ms;
};
MUST_CHECK int password_from_command(const struct password_command *,
				     char *dst);
/* What systemd hands to a service under the name adit-password, if it does. */
bool password_is_credential(void);
MUST_CHECK int password_from_credential(char *dst);
MUST_CHECK int password_from_terminal(const char *prompt, char *dst);

/* dst[n], as it was read from `from`, becomes a password, or it is said why not. */
MUST_CHECK int password_line(const char *from, char *dst, size_t n);

/* No core files of this process, no debugger of the same user. */
void password_hide(void);

#endif
