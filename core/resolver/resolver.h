/* SPDX-License-Identifier: BSD-2-Clause */
/* resolver.h - the process that looks host names up for the worker. */
#ifndef ADIT_RESOLVER_RESOLVER_H
#define ADIT_RESOLVER_RESOLVER_H

#include "resolver/names.h"

#include <ev.h>
#include <sys/stat.h>

/* Answers MSG_RESOLVE on FD_MAIN and FD_NAMES until the monitor or the worker
 * closes one of them; returns the exit status. */
int resolver_main(void);

/* ---- for resolver.c and its test ----------------------------------------- */

enum { RESOLVER_FILES = 3 };

struct resolver_conf {
	struct ev_loop *ev;
	int fd[NAMES_FROM]; /* of those who ask; they stay the caller's */
	const char *etc; /* the folder of resolv.conf; outlives the resolver */
};

/* The monitor or the worker. */
struct resolver_asker {
	struct resolver *resolver;
	int fd;
	ev_io io;
};

struct resolver {
	struct ev_loop *ev;
	const char *etc;
	struct names *names;
	struct resolver_asker asker[NAMES_FROM];
	struct stat file[RESOLVER_FILES]; /* as they were read last */
	ev_timer look; /* at the files, while names are looked up */
	int error;     /* why the loop was broken: ERR_CLOSED, or worse */
};

/* Tells both askers that questions to an earlier resolver are lost, and answers
 * on the loop, which it breaks where it cannot go on.  0 or an error;
 * resolver_fini is the caller's in both cases. */
MUST_CHECK int resolver_init(struct resolver *, const struct resolver_conf *);
/* Questions that still wait are not answered. */
void resolver_fini(struct resolver *);

#endif
