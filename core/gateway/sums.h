/* SPDX-License-Identifier: BSD-2-Clause */
/* sums.h - lines of the log or the audit that are alike: in each minute the
 * first SUMS_FIRST are written, the others counted and told as one line. */
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

/* Called with `n` lines that were left out in the last `seconds`; text NULL:
 * they were of more kinds than SUMS_KINDS, and are counted together. */
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
