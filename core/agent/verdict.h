/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.h - whose the program at the other end of a connection is. */
#ifndef ADIT_AGENT_VERDICT_H
#define ADIT_AGENT_VERDICT_H

#include "intercept/owner.h"

enum owner_verdict {
	OWNER_MINE,    /* this user's */
	OWNER_OTHER,   /* another user's */
	OWNER_UNTOLD,  /* it has closed, and the kernel cannot say */
	OWNER_UNASKED, /* the kernel did not answer */
};

/* What is known of a socket. */
struct verdict_facts {
	uid_t me;
	struct owner who;
	bool keeps;    /* see owner_check */
	bool in_slice; /* of this user, see slice_has */
};
enum owner_verdict verdict_judge(const struct verdict_facts *);
/* Asks the kernel about the program at the other end of a connection from
 * `peer` to `local`, which this process has accepted. */
enum owner_verdict verdict_ask(struct owner_check *, const struct addr *peer,
			       const struct addr *local);
/* Why a connection with this verdict is refused. */
const char *verdict_why(enum owner_verdict);

/* ---- slice.c: systemd's slice of a user ------------------------------ */

/* Whether the cgroup with this number is in the slice of a user, below the
 * folder `top` of a cgroup2 file system, and only that user and root have
 * processes in it. */
bool slice_has(const char *top, uid_t uid, uint64_t cgroup);

#endif
