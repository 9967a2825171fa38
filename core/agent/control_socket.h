/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.h - the agent's listening socket and its folder. */
#ifndef ADIT_AGENT_CONTROL_SOCKET_H
#define ADIT_AGENT_CONTROL_SOCKET_H

#include "base/defs.h"

#include <stdbool.h>

/* A listening descriptor, non-blocking.  -1: why says what to do. */
MUST_CHECK int control_socket_open(const char *path, char *why, size_t cap);
/* Removes the name if it is still that of `fd`, and closes. */
void control_socket_close(const char *path, int fd);
/* Whether the peer is root or this process's user. */
bool control_socket_may(int fd);
/* Makes a folder and those above it, 0700.  0, or -1 with errno. */
MUST_CHECK int make_folders(const char *path);

#endif
