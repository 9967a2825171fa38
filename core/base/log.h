/* SPDX-License-Identifier: BSD-2-Clause */
/* log.h - one line per event on standard error, made harmless. */
#ifndef ADIT_BASE_LOG_H
#define ADIT_BASE_LOG_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Once, before threads start.  `program` stands before every line and is
 * kept by reference; where standard error is systemd's journal
 * (JOURNAL_STREAM) it is left out and the priority "<N>" goes first. */
void log_start(const char *program, enum log_level most);
/* From now on lines begin with date and time; in the journal, which has its
 * own, they do not. */
void log_show_times(void);
/* From now on nothing waits for a log that nobody reads: a line for which there
 * is no room is left out, those of the audit too, and a later one says how
 * many. For what serves others: a command waits, and loses nothing. */
void log_never_waits(void);
bool log_is_on(enum log_level level);

/* `who` says whose line it is: "#12/3 ftp", or NULL.  Both are escaped as a
 * whole (log_escape), so what peers sent may be put in with %s.  Thread-safe;
 * a line is written with one write. */
void log_msg(enum log_level level, const char *who, const char *fmt, ...)
	PRINTF(3, 4);

enum { LOG_KEPT = 8, LOG_KEPT_TEXT = 400 };

struct log_kept {
	time_t time;
	enum log_level level;
	char text[LOG_KEPT_TEXT]; /* "who: text", escaped; may be cut */
};

/* The last warnings and errors of this process, the oldest first; how many. */
size_t log_last(struct log_kept to[LOG_KEPT]);

/* An audit line: written whatever the level, with the priority of a notice. */
void log_audit(const char *fmt, ...) PRINTF(1, 2);

/* Control characters, and bytes that are no UTF-8, as \xNN; dst[cap] always
 * ends with NUL.  Returns dst. */
char *log_escape(char *dst, size_t cap, const char *src);

#endif
