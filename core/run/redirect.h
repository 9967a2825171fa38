/* SPDX-License-Identifier: BSD-2-Clause */
/* redirect.h - catches what this user's programs dial, anywhere on the machine
 * (intercept = nft), with the help of adit-redirect. */
#ifndef ADIT_RUN_REDIRECT_H
#define ADIT_RUN_REDIRECT_H

#include "run/resolved.h"
#include "run/syns.h"

#include <jansson.h>
#include <sys/types.h>

enum { REDIRECT_STATE = 200 };

struct redirect {
	struct agent *agent; /* must outlive it */
	struct syns syns;
	struct list bridges;
	pid_t helper; /* 0: it does not run */
	ev_io talk;   /* with the helper */
	struct acceptor listen, listen6;
	ev_timer again;             /* starts the helper anew */
	struct resolved resolved;   /* asks this agent for names */
	unsigned device;            /* the index of the tun device */
	bool early;                 /* so the helper was told */
	bool ready;                 /* connections are caught ... */
	bool hold;                  /* ... and their first packets wait */
	char state[REDIRECT_STATE]; /* "ready", or why not, for people */
};

/* With `agent` filled. */
void redirect_init(struct redirect *);
/* Starts it, or ends it, as the configuration in use says. */
void redirect_configure(struct redirect *);
/* Nothing is left of it in the kernel when this returns. */
void redirect_fini(struct redirect *);
/* {state, dns, connections, early, hold}, a new reference; or json null where
 * the configuration does not ask for it; NULL: no memory. */
json_t *redirect_status(const struct redirect *);

#endif
