/* SPDX-License-Identifier: BSD-2-Clause */
/* penalty.h - how long somebody who failed has to wait until the next try.
 * Each failure doubles the time up to a limit, and time takes failures away. */
#ifndef ADIT_MONITOR_PENALTY_H
#define ADIT_MONITOR_PENALTY_H

#include "base/defs.h"

#include <stdint.h>

enum { PENALTY_KEY = 192 }; /* bytes of a key with its NUL */

struct penalty_rules {
	unsigned free;     /* failures that cost nothing */
	uint32_t first_ms; /* for the next one; then twice as much each */
	uint32_t most_ms;
	uint32_t decay_ms; /* takes one failure away */
	size_t most_keys;  /* in a full table the entry that is forgiven first
				 * makes room: see penalty.c */
};

struct penalties;
struct penalties *penalties_new(const struct penalty_rules *);
void penalties_free(struct penalties *);

/* Milliseconds from `now` on; 0: go ahead.  `now` never runs backwards. */
uint32_t penalty_wait(struct penalties *, const char *key, uint64_t now);
/* Failures that time has not taken away yet. */
unsigned penalty_count(struct penalties *, const char *key, uint64_t now);
/* One more failure.  The new time to wait, in milliseconds. */
uint32_t penalty_fail(struct penalties *, const char *key, uint64_t now);
/* All failures of this key are forgiven. */
void penalty_forget(struct penalties *, const char *key);

/* An entry, to be written into a file and put back. */
struct penalty {
	const char *key;
	unsigned failures;
	uint32_t wait_ms;
	uint64_t age_ms; /* how long ago that was written */
};
/* Calls fn for each entry that still counts, the one that failed longest ago
 * first. */
void penalties_each(struct penalties *, uint64_t now,
		    void (*fn)(void *ctx, const struct penalty *), void *ctx);
/* Puts one back, without what one->age_ms has taken away of it, and with no
 * more than the rules can come to.  A key that is there already stays as it
 * is. */
void penalty_put(struct penalties *, const struct penalty *, uint64_t now);

#endif
