/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_control.h - what a running agent answers on its control socket: a
 * request {"command": ...} gets {"answer": {...}} or {"error": "text"}. */
#ifndef ADIT_ADIT_AGENT_CONTROL_H
#define ADIT_ADIT_AGENT_CONTROL_H

#include "base/defs.h"

#include <jansson.h>
#include <stdbool.h>

struct agent;
struct agent_control;
struct loop;
struct redirect;
struct runs;

struct agent_control_conf {
	struct loop *loop;
	const char *path;
	const char *spare[2]; /* other paths, if this one fails; or NULL */
	struct agent *agent;
	struct runs *runs;
	struct redirect *redirect;
	void (*on_down)(void *ctx); /* `down` was asked for and answered */
	/* Reads the configuration again; NULL: why[cap] says why not. */
	json_t *(*on_reload)(void *ctx, char *why, size_t cap);
	/* Remembers another password, for new logins.  False: it is too
	 * long. */
	bool (*on_password)(void *ctx, const char *password);
	void *ctx;
};

/* Listens.  NULL: why[cap] says what is wrong and what to do. */
MUST_CHECK struct agent_control *
agent_control_new(const struct agent_control_conf *, char *why, size_t cap);
/* The path of the socket; holds until agent_control_renew. */
const char *agent_control_path(const struct agent_control *);
/* Makes the socket anew if somebody has removed it, at one of the other paths
 * if need be.  0, or ERR_SYS and why[cap]. */
MUST_CHECK int agent_control_renew(struct agent_control *, char *why,
				   size_t cap);
/* After agent_free, which may still answer.  Removes the socket. */
void agent_control_free(struct agent_control *);

#endif
