/* SPDX-License-Identifier: BSD-2-Clause */
/* resolved.h - has systemd-resolved ask the agent for the names of
 * resources. */
#ifndef ADIT_RUN_RESOLVED_H
#define ADIT_RUN_RESOLVED_H

#include "base/opt.h"

#include <ev.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/types.h>

struct agent;

enum { RESOLVED_STATE = 600, RESOLVED_SAID = 200 };

struct resolved {
	struct agent *agent;        /* must outlive it */
	char device[IF_NAMESIZE];   /* the settings are this device's; or "" */
	char server[ADDR_TEXT];     /* of the settings, with a port */
	struct name_list domains;   /* of the settings */
	unsigned step;              /* of those that make the settings */
	pid_t child;                /* process that does the step; 0: none */
	ev_io output;               /* of the child */
	char said[RESOLVED_SAID];   /* by the child; the beginning of it */
	bool again;                 /* other settings are wanted meanwhile */
	char state[RESOLVED_STATE]; /* for people */
};

/* With `agent` filled. */
void resolved_init(struct resolved *);
/* Lookups of names of resources go to the agent from now on, as long as the
 * device with this index lives.  To be called again when the resources or
 * the agent's address for DNS queries have changed. */
void resolved_set(struct resolved *, unsigned device);
/* Changes nothing any more.  The settings go with the device. */
void resolved_stop(struct resolved *);

#endif
