/* SPDX-License-Identifier: BSD-2-Clause */
/* owner.h - whose connection is it: asks the kernel (sock_diag(7)). */
#ifndef ADIT_AGENT_OWNER_H
#define ADIT_AGENT_OWNER_H

#include "base/addr.h"

#include <sys/types.h>

struct mnl_socket;

struct owner_check {
	struct mnl_socket *nl;          /* kept open */
	unsigned seq;
	uid_t uid;                      /* this process's */
};

/* 0 or ERR_SYS. */
MUST_CHECK int owner_init(struct owner_check *);
void owner_fini(struct owner_check *);

struct owner {
	uid_t uid;
	uint32_t inode;                 /* 0: no process holds it any more */
};
/* Of the TCP socket whose own address is `own` and whose peer is `peer`.  0,
 * ERR_NOTFOUND or ERR_SYS. */
MUST_CHECK int owner_of(struct owner_check *, const struct addr *own,
			const struct addr *peer, struct owner *);
/* Of the one that listens at `at`, or at any address with its port, and would get
 * a new connection.  The same. */
MUST_CHECK int owner_of_listener(struct owner_check *, const struct addr *at,
				 struct owner *);
/* Whether the program at the other end (peer, connected to local here) runs as
 * this user.  *why says why not. */
bool owner_is_mine(struct owner_check *, const struct addr *peer,
		   const struct addr *local, const char **why);

#endif
