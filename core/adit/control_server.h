/* SPDX-License-Identifier: BSD-2-Clause */
/* control_server.h - the socket on which the commands ask: one line of JSON each
 * way, {"command": ...} and {"answer": {...}} or {"error": "text"}. */
#ifndef ADIT_ADIT_CONTROL_SERVER_H
#define ADIT_ADIT_CONTROL_SERVER_H

#include "base/defs.h"

#include <jansson.h>

enum { CONTROL_REQUEST_MAX = 4096 };

struct agent;
struct control_server;
struct loop;

struct control_conf {
	struct loop *loop;
	const char *path;
	const char *spare[2]; /* where that cannot be made; or NULL */
	struct agent *agent;
	void (*on_down)(void *ctx); /* `down` was asked for and answered */
	/* Reads the configuration again; NULL: why[cap] says why not. */
	json_t *(*on_reload)(void *ctx, char *why, size_t cap);
	void *ctx;
};

/* Makes the folder (0700) and the socket (0600), replaces a socket that nobody
 * listens on.  NULL: the reason, and what to do, stands in why. */
MUST_CHECK struct control_server *
control_server_new(const struct control_conf *, char *why, size_t cap);
/* Where it listens. */
const char *control_server_path(const struct control_server *);
/* Listens again where the socket is gone, maybe elsewhere.  0, or ERR_SYS and why. */
MUST_CHECK int control_server_renew(struct control_server *, char *why,
				    size_t cap);
/* After agent_free, which may still answer.  Removes the socket. */
void control_server_free(struct control_server *);

#endif
