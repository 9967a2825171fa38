/* SPDX-License-Identifier: BSD-2-Clause */
/* run_sockets.h - what the agent has in the network of a command. */
#ifndef ADIT_INTERCEPT_RUN_SOCKETS_H
#define ADIT_INTERCEPT_RUN_SOCKETS_H

#include "base/addr.h"
#include "intercept/entry.h"

/* Descriptors that do not block; -1: this kernel has it not. */
struct run_sockets {
	int listen4, listen6; /* TCP: to them comes what the command dials */
	int names4, names6;   /* UDP: queries to any name server */
	int queue;            /* see queue.h */
	int diag;             /* sock_diag(7): asks about sockets there */
	int end;              /* number of its watch at run_place.ends */
};

struct run_place {
	const char *folder; /* the command's mount, which ends with its last
			     * process */
	int ends;           /* inotify(7): gets IN_UNMOUNT then.  One for all
			     * commands, since to close one takes 10 ms */
};
/* Makes them in the namespaces of a command.  0, or ERR_SYS with errno and none
 * is open. */
MUST_CHECK int run_sockets_open(struct run_sockets *, const struct entry *,
				const struct run_place *);
/* A socket that has begun to connect there, from `from`, which may be any
 * address: that of a server which connects back.  Where its port is in use, or
 * 0, the kernel chooses another one.  NULL: from the network's own address.
 * -1 with errno. */
MUST_CHECK int run_sockets_connect(const struct entry *, const struct addr *to,
				   const struct addr *from);
void run_sockets_close(struct run_sockets *); /* also of closed ones */

#endif
