/* SPDX-License-Identifier: BSD-2-Clause */
/* owner.h - whose connection is it: asks the kernel (sock_diag(7)). */
#ifndef ADIT_INTERCEPT_OWNER_H
#define ADIT_INTERCEPT_OWNER_H

#include "base/addr.h"

#include <sys/types.h>

struct mnl_socket;

struct owner_check {
	struct mnl_socket *nl; /* kept open */
	unsigned seq;
	uid_t uid;   /* this process's */
	bool probed; /* `keeps` is known */
	bool keeps;  /* the kernel keeps a closed socket's user */
};

/* Opens a netlink socket, which owner_fini closes.  0 or ERR_SYS. */
MUST_CHECK int owner_init(struct owner_check *);
/* The same with a bound socket of NETLINK_SOCK_DIAG that was made in another
 * network, whose sockets it is asked about.  Takes fd, after an error too. */
MUST_CHECK int owner_adopt(struct owner_check *, int fd);
void owner_fini(struct owner_check *);

struct owner {
	uid_t uid;
	uint32_t inode;  /* 0: no process holds it any more */
	uint64_t cgroup; /* its number; 0: not told */
	bool is_rest;    /* closed so long that the kernel forgot its user */
};
/* The owner of the TCP socket whose own address is `own` and whose peer is
 * `peer`.  0; ERR_NOTFOUND: there is no such socket; ERR_SYS: the kernel did
 * not answer. */
MUST_CHECK int owner_of(struct owner_check *, const struct addr *own,
			const struct addr *peer, struct owner *);
/* The owner of the socket that would get a new connection to `at`: it
 * listens there, or at any address with this port.  Errors as above. */
MUST_CHECK int owner_of_listener(struct owner_check *, const struct addr *at,
				 struct owner *);

#endif
