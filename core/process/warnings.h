/* SPDX-License-Identifier: BSD-2-Clause */
/* warnings.h - the last warnings of the log, for aditctl status. */
#ifndef ADIT_PROCESS_WARNINGS_H
#define ADIT_PROCESS_WARNINGS_H

#include "base/defs.h"

#include <jansson.h>

/* Those of this process, the oldest first: [{"time", "level", "text"}]. */
MUST_CHECK json_t *warnings_json(void);
/* The last ones of both, by time.  Takes `a`; `b` may be anything. */
MUST_CHECK json_t *warnings_join(json_t *a, const json_t *b);

#endif
