/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.h - the name in the file system under which aditd is found. */
#ifndef ADIT_PROCESS_CONTROL_SOCKET_H
#define ADIT_PROCESS_CONTROL_SOCKET_H

#include "base/defs.h"

#include <stdbool.h>

/* A listening descriptor, 0600, non-blocking.  -1: why says what to do. */
MUST_CHECK int control_socket_open(const char *path, char *why, size_t cap);
/* Whether that would do, as far as it shows without it; a gateway may be running
 * there.  0, or ERR_SYS with the reason in why. */
MUST_CHECK int control_socket_try(const char *path, char *why, size_t cap);
/* A connected one.  -1 with errno. */
MUST_CHECK int control_socket_call(const char *path);
/* Whether the peer is root or this process's user. */
bool control_socket_may(int fd);

#endif
