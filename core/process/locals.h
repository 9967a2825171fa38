/* SPDX-License-Identifier: BSD-2-Clause */
/* locals.h - the addresses of the gateway's machine, which no user reaches
 * through the gateway unless the configuration names them. */
#ifndef ADIT_PROCESS_LOCALS_H
#define ADIT_PROCESS_LOCALS_H

#include "policy/policy.h"

/* Never changes once it is made; shared by the threads. */
struct locals {
	_Atomic unsigned refs;
	struct gw_locals list;
	struct net item[];
};

/* A socket on which the kernel tells of changes; to be opened before the
 * sandbox.  -1: none, with errno. */
MUST_CHECK int locals_open(void);
/* Asks the kernel through that socket and waits for its answer.  NULL: no
 * memory or no answer. */
MUST_CHECK struct locals *locals_read(int sock);
/* Reads what the kernel has told; true: addresses have changed, so locals_read
 * is due. */
bool locals_changed(int sock);
struct locals *locals_ref(struct locals *);
void locals_unref(struct locals *);

#endif
