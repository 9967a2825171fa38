/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.h - SipHash-2-4, a hash with a secret key: somebody who chooses the
 * input but does not know the key cannot make hashes collide. */
#ifndef ADIT_BASE_SIPHASH_H
#define ADIT_BASE_SIPHASH_H

#include "base/defs.h"

#include <stddef.h>
#include <stdint.h>

struct sip_key {
	uint64_t k[2];
};

/* Makes a random key.  0 or ERR_SYS. */
MUST_CHECK int sip_key_new(struct sip_key *);
/* The hash of p[n]. */
uint64_t siphash(const struct sip_key *, const void *p, size_t n);

#endif
