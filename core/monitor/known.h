/* SPDX-License-Identifier: BSD-2-Clause */
/* known.h - from where users have logged in lately.
 *
 * Nobody gets in here without the right password, so nobody can fill it for
 * others: a user has so many places, and the oldest one gives way. */
#ifndef ADIT_MONITOR_KNOWN_H
#define ADIT_MONITOR_KNOWN_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	KNOWN_MAX = 65536, /* six for each of ten thousand users */
	KNOWN_PER_USER = 64,
	KNOWN_DAYS = 90,  /* since the last login there */
	KNOWN_USER = 144, /* bytes with the NUL: "gateway/user" */
	KNOWN_SOURCE = 64,
};

struct known_place {
	const char *user, *source;
	uint64_t at; /* seconds since 1970, as all times here */
};

struct known;
struct known *known_new(void);
void known_free(struct known *);
bool known_has(struct known *, const struct known_place *);
/* A user has logged in there; place->at is later than that of all before. */
void known_add(struct known *, const struct known_place *);
/* Calls fn for each, the one with the oldest login first. */
void known_each(const struct known *,
		void (*fn)(void *ctx, const struct known_place *), void *ctx);

#endif
