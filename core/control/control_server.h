/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.h - answers commands on a control socket: a client sends one line
 * with a JSON object, gets another one, and the connection ends. */
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
	const char *spare[2]; /* where that cannot be made; or NULL */
	int fd;               /* listens at path already; 0: not */
	double timeout;       /* seconds for a request, and to take an answer */
	double answer_timeout; /* seconds for the answer; 0: as long as it takes */
	control_server_fn *asked;
	void *ctx;
};

/* NULL: why[cap] says what is wrong and what to do. */
MUST_CHECK struct control_server *
control_server_new(const struct control_server_conf *, char *why, size_t cap);
/* Ends all conversations and removes the socket. */
void control_server_free(struct control_server *);

/* Where it listens. */
const char *control_server_path(const struct control_server *);
/* Listens again where the socket is gone, maybe elsewhere.  0, or ERR_SYS and why. */
MUST_CHECK int control_server_renew(struct control_server *, char *why,
				    size_t cap);

/* Takes `reply`; NULL: no memory.  A client that has gone is no error.  Nothing
 * happens where `s` is NULL. */
void control_server_reply(struct control_server *s, uint32_t client,
			  json_t *reply);
/* {"error": text}, without control characters. */
json_t *control_server_error(const char *fmt, ...) PRINTF(1, 2);

/* For another program in this process that goes on with both: the listening socket,
 * and the connection of a client, -1 where it is gone. */
int control_server_fd(const struct control_server *);
int control_server_client_fd(struct control_server *, uint32_t client);
/* Takes the connection of a client that waits for its answer.  0: no memory, or
 * `fd` is -1. */
uint32_t control_server_adopt(struct control_server *, int fd);

/* The first line of `p` as an object.  NULL: `why` says what is wrong, or is
 * empty while the line has no end yet. */
MUST_CHECK json_t *control_server_parse(const uint8_t *p, size_t n, char *why,
					size_t why_cap);

#endif
