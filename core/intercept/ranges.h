/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges.h - networks as ranges of addresses that do not touch each other, as
 * the kernel wants them. */
#ifndef ADIT_INTERCEPT_RANGES_H
#define ADIT_INTERCEPT_RANGES_H

#include "base/addr.h"

#include <stdbool.h>

enum { RANGES_MAX = 512 }; /* as many as fit in one batch (nl.h) */

struct range {
	int family;
	uint8_t first[16], end[16]; /* the first one behind it ... */
	bool is_last;               /* ... or there is none */
};

struct ranges {
	struct range item[RANGES_MAX];
	unsigned n;
};

/* The addresses of nets[n], n at most RANGES_MAX. */
void ranges_of(struct ranges *, const struct net *nets, unsigned n);

#endif
