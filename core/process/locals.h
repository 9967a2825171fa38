/* SPDX-License-Identifier: BSD-2-Clause */
/* locals.h - the addresses of this machine, which nobody reaches through the
 * gateway unless they are named. */
#ifndef ADIT_PROCESS_LOCALS_H
#define ADIT_PROCESS_LOCALS_H

#include "policy/policy.h"

/* Never changes once it is made; shared by the threads. */
struct locals {
	_Atomic unsigned refs;
	struct gw_locals list;
	struct net item[];
};

/* A socket that tells of changes; before the sandbox.  -1: none, `why` is in
 * errno. */
MUST_CHECK int locals_open(void);
/* Asks the kernel through that socket and waits for its answer.  NULL: no
 * memory or no answer. */
MUST_CHECK struct locals *locals_read(int sock);
/* Takes what has come; true: something has changed, read them again. */
bool locals_changed(int sock);
struct locals *locals_ref(struct locals *);
void locals_unref(struct locals *);

#endif
