/* SPDX-License-Identifier: BSD-2-Clause */
/* holds.h - which process holds two sockets. */
#ifndef ADIT_AGENT_HOLDS_H
#define ADIT_AGENT_HOLDS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A process, and the descriptors that its two sockets had when they were found.
 * A program mostly opens its next socket under the number of the last one. */
struct holder {
	pid_t pid; /* 0: none */
	int fd[2];
};

/* Whether the process has both sockets, by their inodes, among its descriptors
 * now; looks under the known numbers first.  False also where this user may
 * not look. */
bool holds_both(struct holder *, const uint32_t inodes[2]);

/* A search among all processes, those with the highest numbers first. */
struct hold_search {
	uint32_t inodes[2];
	pid_t *pids;
	unsigned left; /* of pids, still to look at */
};
/* 0; ERR_SYS or ERR_NOMEM, after which hold_search_fini is not needed. */
MUST_CHECK int hold_search_init(struct hold_search *, const uint32_t inodes[2]);
void hold_search_fini(struct hold_search *);
/* Looks at n more processes.  0: the holder is set; ERR_AGAIN: not among these,
 * and there are more; ERR_NOTFOUND: no process has both. */
MUST_CHECK int hold_search_step(struct hold_search *, unsigned n,
				struct holder *);

#endif
