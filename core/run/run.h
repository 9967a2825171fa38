/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - commands that run in networks of their own (adit run), of which every
 * connection comes to this agent. */
#ifndef ADIT_RUN_RUN_H
#define ADIT_RUN_RUN_H

#include "base/defs.h"
#include "base/list.h"

#include <ev.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct agent;

enum { RUN_PORTS = 16 };

/* All of an agent, which must outlive them, as must the two strings. */
struct runs {
	struct agent *agent;
	const char *state_dir, *profile; /* as in agent_conf */
	struct list all;                 /* struct run */
	unsigned nnames;                 /* that are written down */
	int ends; /* inotify(7): which of them have ended; -1: none ran yet */
	ev_io end;
	unsigned hold;       /* enum nft_hold: what worked last */
	struct list bridges; /* their connections to this machine itself */
};

/* With `agent`, `state_dir` and `profile` filled. */
void runs_init(struct runs *);
/* Commands that an agent before this one has served are served again. */
void runs_adopt(struct runs *);
/* The commands go on; a later agent may adopt them. */
void runs_fini(struct runs *);

/* A process that has made itself a network (intercept/netns.h), and waits to be
 * served until it and all that it has started are gone. */
struct run_ask {
	pid_t pid;
	const char *folder;        /* mounted by it, for itself alone */
	const char *name;          /* of its command, for people */
	bool direct;               /* the agent dials what no resource covers */
	unsigned nports;           /* that this machine can dial ... */
	uint16_t ports[RUN_PORTS]; /* ... where the command listens */
};
/* Whether commands need not wait for the gateway's answer (accept = early). */
bool runs_accept_early(const struct runs *);
/* 0; or an error, and why[cap] says why the agent cannot serve it. */
MUST_CHECK int runs_begin(struct runs *, const struct run_ask *, char *why,
			  size_t cap);
/* [{pid, command, connections, early, hold, direct, published}], a new
 * reference; NULL: no memory. */
json_t *runs_status(const struct runs *);

#endif
