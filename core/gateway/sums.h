/* SPDX-License-Identifier: BSD-2-Clause */
/* sums.h - lines of the log that are alike: the first ones of a minute are written,
 * the others counted. */
#ifndef ADIT_GATEWAY_SUMS_H
#define ADIT_GATEWAY_SUMS_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	SUMS_FIRST = 5,  /* of those that are alike, in a minute */
	SUMS_KINDS = 64, /* more are counted together */
	SUMS_TEXT = 1024,
};

enum sums_kind { SUMS_AUDIT, SUMS_SESSION, SUMS_LOG, SUMS_ALL };

struct sums;

/* Tells of `n` more lines within `seconds`; text NULL: they were not all alike. */
struct sums_ops {
	void (*more)(void *ctx, enum sums_kind, const char *text, unsigned n,
		     unsigned seconds);
};

MUST_CHECK struct sums *sums_new(const struct sums_ops *, void *ctx);
void sums_free(struct sums *); /* tells nothing; may be NULL */
/* Whether this line is to be written; else it is counted. */
bool sums_lets(struct sums *, enum sums_kind, const char *text,
	       uint64_t now_us);
/* Tells of those whose minute is over, or of all (`all`). */
void sums_tell(struct sums *, uint64_t now_us, bool all);

#endif
