/* SPDX-License-Identifier: BSD-2-Clause */
/* log_out.h - writes lines of the log to standard error, waiting for room or
 * not. */
#ifndef ADIT_BASE_LOG_OUT_H
#define ADIT_BASE_LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on a line waits until there is room for it, as in any program. */
void log_out_waits(void);
/* From now on a line for which there is no room is not written. */
void log_out_never_waits(void);

/* Writes a line of n bytes, at most 4096, with its line break; from any thread.
 * False: it was not written, or only a part.  `after_loss`: the line says that
 * lines were lost; it needs more room than others, or every second line would
 * be such a note. */
bool log_out_line(const char *line, size_t n, bool after_loss);

#endif
