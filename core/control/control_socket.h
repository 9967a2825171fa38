/* SPDX-License-Identifier: BSD-2-Clause */
/* control_socket.h - a listening socket with a name in the file system. */
#ifndef ADIT_CONTROL_CONTROL_SOCKET_H
#define ADIT_CONTROL_CONTROL_SOCKET_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is different in the two programs that have such a socket. */
struct control_side {
	const char *program; /* its name in messages: "aditd", "the agent" */
	const char *setting; /* that holds the path: "control in [server]" */
	/* The socket belongs to one user, and may be below /tmp: missing
	 * folders are made, the last of them must belong to this user alone,
	 * and clients talk only to servers of root or of their own user. */
	bool is_private;
};

extern const struct control_side control_aditd, control_agent;

struct control_socket {
	const struct control_side *side;
	int fd; /* listens, non-blocking; -1: none */
	char *path;
	dev_t dev; /* of the name */
	ino_t ino;
};

/* Makes the socket (0600) and its folder, replaces a socket on which nobody
 * listens.  0, or ERR_SYS: why[cap] says what is wrong and what to do. */
MUST_CHECK int control_socket_open(struct control_socket *,
				   const struct control_side *,
				   const char *path, char *why, size_t cap);
/* Takes `fd`, which listens under that name already.  0 or ERR_NOMEM. */
MUST_CHECK int control_socket_adopt(struct control_socket *,
				    const struct control_side *,
				    const char *path, int fd);
/* Checks whether control_socket_open for a side of aditd would succeed, without
 * making anything.  It is no error if a gateway is running there.  0, or an
 * error and why[cap]. */
MUST_CHECK int control_socket_try(const struct control_side *side,
				  const char *path, char *why, size_t cap);
/* Whether the path still leads to this socket: it may have been removed or
 * replaced. */
bool control_socket_is_named(const struct control_socket *);
/* Closes, and removes the name if that still leads to this socket. */
void control_socket_close(struct control_socket *);

/* A connected socket, which blocks.  -1 with errno. */
MUST_CHECK int control_socket_dial(const char *path);
/* Whether the client of this connection is root or this process's user. */
bool control_socket_may(int fd);

#endif
