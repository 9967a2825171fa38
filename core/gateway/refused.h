/* SPDX-License-Identifier: BSD-2-Clause */
/* refused.h - the last channels that were refused, of all threads. */
#ifndef ADIT_GATEWAY_REFUSED_H
#define ADIT_GATEWAY_REFUSED_H

#include "base/defs.h"

#include <jansson.h>

enum { REFUSED_KEPT = 200 };

/* One more; the texts are copied, and cut where they are long. */
struct refused {
	const char *gateway, *user, *source, *resource, *destination, *reason;
};
void refused_note(const struct refused *);
/* {"refusals": [{"time", "user", "source", "text"}]}, the newest first;
 * gateway NULL: of all.  NULL: out of memory. */
MUST_CHECK json_t *refused_json(const char *gateway);

#endif
