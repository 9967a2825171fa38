/* SPDX-License-Identifier: BSD-2-Clause */
/* agent_control.h - what a running agent answers on its control socket:
 * {"command": ...} gets {"answer": {...}} or {"error": "text"}. */
#ifndef ADIT_ADIT_AGENT_CONTROL_H
#define ADIT_ADIT_AGENT_CONTROL_H

#include "base/defs.h"

#include <jansson.h>

struct agent;
struct agent_control;
struct loop;
struct runs;

struct agent_control_conf {
	struct loop *loop;
	const char *path;
	const char *spare[2]; /* where that cannot be made; or NULL */
	struct agent *agent;
	struct runs *runs;
	void (*on_down)(void *ctx); /* `down` was asked for and answered */
	/* Reads the configuration again; NULL: why[cap] says why not. */
	json_t *(*on_reload)(void *ctx, char *why, size_t cap);
	void *ctx;
};

/* NULL: why[cap] says what is wrong and what to do. */
MUST_CHECK struct agent_control *
agent_control_new(const struct agent_control_conf *, char *why, size_t cap);
/* Where it listens. */
const char *agent_control_path(const struct agent_control *);
/* Listens again where the socket is gone, maybe elsewhere.  0, or ERR_SYS and why. */
MUST_CHECK int agent_control_renew(struct agent_control *, char *why,
				   size_t cap);
/* After agent_free, which may still answer.  Removes the socket. */
void agent_control_free(struct agent_control *);

#endif
