/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.h - answers commands on a control socket: a client sends a
 * line with a JSON object, is sent another one, and the connection is
 * closed. */
#ifndef ADIT_CONTROL_CONTROL_SERVER_H
#define ADIT_CONTROL_CONTROL_SERVER_H

#include "control/control_socket.h"

#include <ev.h>
#include <jansson.h>
#include <stdint.h>

struct control_server;

/* `request` is an object and lives until the call returns.  The answer comes
 * from control_server_reply, now or later. */
typedef void control_server_fn(void *ctx, uint32_t client,
			       const json_t *request);

struct control_server_conf {
	struct ev_loop *loop;
	const struct control_side *side;
	const char *path;
	const char *spare[2]; /* other paths, if this one fails; or NULL */
	int fd;               /* a socket that listens at path; 0: none */
	double timeout;       /* seconds for a request, and to take an answer */
	double answer_timeout; /* seconds for the answer; 0: any time */
	control_server_fn *asked;
	void *ctx;
};

/* NULL: why[cap] says what is wrong and what to do. */
MUST_CHECK struct control_server *
control_server_new(const struct control_server_conf *, char *why, size_t cap);
/* Ends all conversations and removes the socket. */
void control_server_free(struct control_server *);

/* The path of the socket; holds until control_server_renew. */
const char *control_server_path(const struct control_server *);
/* Makes the socket anew if somebody has removed it, at one of the other paths
 * if need be.  0, or ERR_SYS and why[cap]. */
MUST_CHECK int control_server_renew(struct control_server *, char *why,
				    size_t cap);

/* Sends the answer.  Takes `reply`; NULL, where there was no memory for one:
 * the client is disconnected.  It is no error if the client has left, or `s` is
 * NULL. */
void control_server_reply(struct control_server *s, uint32_t client,
			  json_t *reply);
/* {"error": text}, without control characters. */
json_t *control_server_error(const char *fmt, ...) PRINTF(1, 2);

/* For the program that takes over in this process (aditctl upgrade): the
 * listening socket, and the connection of a client, -1 if it has left. */
int control_server_fd(const struct control_server *);
int control_server_client_fd(struct control_server *, uint32_t client);
/* Takes the connection of a client that waits for its answer.  0: no memory, or
 * `fd` is -1. */
uint32_t control_server_adopt(struct control_server *, int fd);

/* Parses the first line of p[n] as an object, which is the caller's.  NULL:
 * `why` says what is wrong, or is empty while the line is not complete. */
MUST_CHECK json_t *control_server_parse(const uint8_t *p, size_t n, char *why,
					size_t why_cap);

#endif
