/* SPDX-License-Identifier: BSD-2-Clause */
/* log.h - logs events to standard error, a line each, and escapes whatever
 * could harm a terminal or forge a line. */
#ifndef ADIT_BASE_LOG_H
#define ADIT_BASE_LOG_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* To be called once, before threads start.  Lines above the level `most` are
 * left out.  Every line begins with `program`, which must stay; or, where
 * standard error is the journal of systemd (JOURNAL_STREAM), with "<N>", the
 * priority; or, where it leads to the process "aditd: log" (LOG_RELAY_STREAM),
 * with what process/log_entry.h reads. */
void log_start(const char *program, enum log_level most);
/* The environment variable that names the pipe to the process "aditd: log", as
 * log_stream_name does. */
#define LOG_RELAY_STREAM "ADITD_LOG_STREAM"
enum { LOG_STREAM_NAME = 64 };
/* The name of an open file that no other has: "device:inode", as systemd
 * writes it.  False: fd is not open. */
MUST_CHECK bool log_stream_name(int fd, char name[LOG_STREAM_NAME]);

/* From now on lines begin with date and time.  Lines to the journal, which adds
 * its own, do not. */
void log_show_times(void);
/* From now on a log that nobody reads does not block the program: a line that
 * finds no room is lost, even an audit line, and a later line says how many
 * were lost.  For daemons; a command waits, and loses nothing. */
void log_never_waits(void);
bool log_is_on(enum log_level level);
/* How many lines of this process were lost so far. */
uint64_t log_lost(void);

/* Logs one line.  `who` says what it is about, "#12/3 ftp", or is NULL.  Both
 * texts are escaped as a whole (log_escape), so texts of a peer may go in with
 * %s.  From any thread; each line is one write. */
void log_msg(enum log_level level, const char *who, const char *fmt, ...)
	PRINTF(3, 4);

enum { LOG_KEPT = 8, LOG_KEPT_TEXT = 400 };

struct log_kept {
	time_t time;
	enum log_level level;
	char text[LOG_KEPT_TEXT]; /* "who: text", escaped; may be cut */
};

/* Copies the last warnings and errors of this process, the oldest first, and
 * returns how many there are. */
size_t log_last(struct log_kept to[LOG_KEPT]);

/* Writes an audit line (docs/audit.md), whatever the level, with the priority
 * "notice".  From any thread. */
void log_audit(const char *fmt, ...) PRINTF(1, 2);

/* From now on audit lines are JSON objects, or text as at the start.  From any
 * thread. */
void log_audit_as_json(bool on);

/* Copies `src`, and writes control characters and bytes that are not valid
 * UTF-8 as \xNN.  Cuts what does not fit into dst[cap]; it always ends with
 * NUL.  Returns dst. */
char *log_escape(char *dst, size_t cap, const char *src);
/* The same for src[n], which a NUL follows, and which may hold others.  Returns
 * the length. */
size_t log_escape_bytes(char *dst, size_t cap, const char *src, size_t n);

#endif
