/* SPDX-License-Identifier: BSD-2-Clause */
/* state_file.h - writes and reads a file of state_dir, which keeps as JSON what
 * outlives the gateway's processes. */
#ifndef ADIT_MONITOR_STATE_FILE_H
#define ADIT_MONITOR_STATE_FILE_H

#include "base/defs.h"

#include <jansson.h>

enum { STATE_WHY = 400 };

/* In one step: where that fails, the file of before is still there.  Makes the
 * folder where only that is missing.  0, or ERR_SYS with errno. */
MUST_CHECK int state_file_write(const char *file, const char *text);
/* What the file says, for json_decref.  NULL: it is not there, and why is "",
 * or it cannot be used, for the reason in `why`: it has to be a regular file of
 * `most` bytes at most that nobody else may write. */
MUST_CHECK json_t *state_file_read(const char *file, int most,
				   char why[STATE_WHY]);

#endif
