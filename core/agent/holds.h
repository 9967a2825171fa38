/* SPDX-License-Identifier: BSD-2-Clause */
/* holds.h - which process holds two sockets. */
#ifndef ADIT_AGENT_HOLDS_H
#define ADIT_AGENT_HOLDS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whether this process has both sockets, by their inodes, among its
 * descriptors.  False also where this user may not look. */
bool holds_both(pid_t pid, const uint32_t inodes[2]);

/* A search among all processes, those with the highest numbers first. */
struct hold_search {
	uint32_t inodes[2];
	pid_t *pids;
	unsigned left; /* of pids, still to look at */
};
/* 0; ERR_SYS or ERR_NOMEM, after which hold_search_fini is not needed. */
MUST_CHECK int hold_search_init(struct hold_search *, const uint32_t inodes[2]);
void hold_search_fini(struct hold_search *);
/* Looks at n more processes.  0: *pid has both; ERR_AGAIN: not among these,
 * and there are more; ERR_NOTFOUND: no process has both. */
MUST_CHECK int hold_search_step(struct hold_search *, unsigned n, pid_t *pid);

#endif
