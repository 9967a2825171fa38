/* SPDX-License-Identifier: BSD-2-Clause */
/* password.h - the user's password: where it comes from, where it is kept. */
#ifndef ADIT_ADIT_PASSWORD_H
#define ADIT_ADIT_PASSWORD_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_CAP = 1024 }; /* with its NUL; what the protocol carries */

/* PASSWORD_CAP bytes of memory that is neither swapped out nor dumped.  NULL:
 * no memory. */
MUST_CHECK char *password_new(void);
/* For a child process, which inherits the memory, but not that it is locked. */
void password_lock(char *);
/* Wipes and frees it; accepts NULL. */
void password_free(char *);

/* These read a password into dst[PASSWORD_CAP].  0, or an exit status: the
 * error is printed. */
MUST_CHECK int password_from_stdin(char *dst);
MUST_CHECK int password_from_file(const char *path, char *dst);
/* The first line that `sh -c COMMAND` prints.  A command that does not end in
 * time is killed. */
struct password_command {
	const char *command;
	int timeout_ms;
};
MUST_CHECK int password_from_command(const struct password_command *,
				     char *dst);
/* Whether systemd has given this service a credential with the name
 * adit-password. */
bool password_is_credential(void);
MUST_CHECK int password_from_credential(char *dst);
MUST_CHECK int password_from_terminal(const char *prompt, char *dst);
/* Asks what a gateway asks, on the terminal.  False: there is none, or nobody
 * answers. */
struct prompt;
struct answer;
MUST_CHECK bool password_answer_prompt(const struct prompt *, struct answer *);

/* Makes a password of the line dst[n], which was read from `from`.  0, or an
 * exit status: what is wrong with it is printed. */
MUST_CHECK int password_line(const char *from, char *dst, size_t n);

/* No core files of this process, no debugger of the same user. */
void password_hide(void);

#endif
