/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.h - the agent's listening socket and its folder. */
#ifndef ADIT_ADIT_CONTROL_SOCKET_H
#define ADIT_ADIT_CONTROL_SOCKET_H

#include "base/defs.h"

#include <stdbool.h>
#include <sys/types.h>

struct control_socket {
	int fd; /* listens, non-blocking; -1: none */
	char *path;
	dev_t dev; /* of the name */
	ino_t ino;
};

/* 0, or -1 and why says what to do. */
MUST_CHECK int control_socket_open(struct control_socket *, const char *path,
				   char *why, size_t cap);
/* Whether the name still leads to it. */
bool control_socket_is_named(const struct control_socket *);
/* Removes the name if it is still its own, and closes. */
void control_socket_close(struct control_socket *);
/* Whether the peer is root or this process's user. */
bool control_socket_may(int fd);
/* Makes a folder and those above it, 0700.  0, or -1 with errno. */
MUST_CHECK int make_folders(const char *path);

#endif
