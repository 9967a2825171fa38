/* SPDX-License-Identifier: BSD-2-Clause */
/* log_out.h - standard error as the place where the lines of the log go. */
#ifndef ADIT_BASE_LOG_OUT_H
#define ADIT_BASE_LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* As every program does: a line is written when somebody makes room for it. */
void log_out_waits(void);
/* A line for which there is no room now is not written. */
void log_out_never_waits(void);

/* One line of at most 2048 bytes, with its line break; from any thread.  False:
 * not written, or not whole.  After lines were lost it takes more room than
 * otherwise, so that the log is not half of notes about lost lines. */
bool log_out_line(const char *line, size_t n, bool after_loss);

#endif
