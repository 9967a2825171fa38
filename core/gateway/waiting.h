/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.h - connections that wait until others of their source have logged in. */
#ifndef ADIT_GATEWAY_WAITING_H
#define ADIT_GATEWAY_WAITING_H

#include "base/addr.h"
#include "base/defs.h"
#include "base/list.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	WAITING_MAX = 2048,
	WAITING_PER_SOURCE = 512,
};

struct arrival {                        /* a connection, accepted and no more */
	int fd;
	struct addr source, listen;
	uint64_t since_us;
};

struct waiting {
	struct list arrivals;           /* the first one came first */
	unsigned n;
};

void waiting_init(struct waiting *);
void waiting_fini(struct waiting *);    /* closes all */
/* Takes the descriptor.  False: too many wait, it is still the caller's. */
MUST_CHECK bool waiting_add(struct waiting *, const struct arrival *);
/* The first one of a source; those that have gone, or have sent nothing for
 * `patience_us`, are closed instead.  False: none waits. */
MUST_CHECK bool waiting_take(struct waiting *, const struct addr *source,
			     uint64_t now_us, uint64_t patience_us,
			     struct arrival *out);
/* Whether both are the same source: a network of IPv6 customers is one. */
bool waiting_same(const struct addr *, const struct addr *);

#endif
