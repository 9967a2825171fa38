/* SPDX-License-Identifier: BSD-2-Clause */
/* nl.h - requests to the kernel over netlink: many in one message, one
 * answer. */
#ifndef ADIT_INTERCEPT_NL_H
#define ADIT_INTERCEPT_NL_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

enum {
	NL_BATCH_BYTES =
		40960, /* all batches are of known content, and smaller */
	NL_WHY = 200,  /* bytes of what is said to people, with its NUL */
};

/* Requests that the kernel gets with one system call. */
struct nl_batch {
	size_t len;
	uint32_t seq;      /* of the last request */
	unsigned requests; /* that are to be acknowledged */
	union {
		uint8_t bytes[NL_BATCH_BYTES];
		uint32_t align;
	} data;
};

void nl_batch_init(struct nl_batch *);
/* A further request, of `type` with NLM_F_* flags, besides those that every
 * one has.  To be filled with libmnl, and closed with nl_batch_add. */
struct nlmsghdr *nl_batch_next(struct nl_batch *, unsigned type,
			       unsigned flags);
void nl_batch_add(struct nl_batch *, const struct nlmsghdr *);

/* The same for requests to a subsystem of nfnetlink (NFNL_SUBSYS_*) about
 * `family` (NFPROTO_*) and `number`. */
struct nfnl_about {
	unsigned subsystem, message, family, number;
};
struct nlmsghdr *nl_batch_next_nfnl(struct nl_batch *,
				    const struct nfnl_about *, unsigned flags);
/* All requests of this subsystem between the two happen, or none. */
void nl_batch_begin_all(struct nl_batch *, unsigned subsystem);
void nl_batch_end_all(struct nl_batch *, unsigned subsystem);

/* A socket of a netlink family (NETLINK_*) in the network namespace of this
 * process, for nl_run.  -1 with errno. */
MUST_CHECK int nl_open(int family);
/* Has the kernel do all that is asked for.  0, or ERR_SYS with the errno of
 * the first request that failed. */
MUST_CHECK int nl_run(int fd, const struct nl_batch *);

#endif
