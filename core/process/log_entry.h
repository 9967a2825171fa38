/* SPDX-License-Identifier: BSD-2-Clause */
/* log_entry.h - lines that the gateway's processes log, in the forms of their
 * receivers: syslog by RFC 5424, and the journal of systemd.
 *
 * What log_msg and log_audit (base/log.h) write into the pipe to the process
 * "aditd: log", where N is the priority as syslog numbers it:
 *
 *   <N SECONDS.MICROS>text
 *   <5 SECONDS.MICROS>evt=...    an audit line: no other has the priority 5
 *   <5j SECONDS.MICROS>evt=...   one that is to be shown as JSON
 *
 * Any other line is one of a library or a plugin. */
#ifndef ADIT_PROCESS_LOG_ENTRY_H
#define ADIT_PROCESS_LOG_ENTRY_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum {
	LOG_ENTRY_LINE = 4096, /* bytes of a line; longer ones go in pieces */
	LOG_ENTRY_TEXT = 4 * LOG_ENTRY_LINE + 8, /* the same, escaped */
	/* In the form of a receiver: fields of 2,048 bytes, of which each may
	 * take two, and the text. */
	LOG_ENTRY_MAX = 32768,
};

struct log_entry {
	unsigned priority; /* as syslog numbers them, 0 to 7 */
	bool audit, json;
	struct timespec time;
	char text[LOG_ENTRY_TEXT]; /* escaped as log_escape does */
};

/* Who logs. */
struct log_origin {
	char host[256];
	long pid;
};

/* Reads line[n], which a NUL follows, without its line break.  `now` counts for
 * a line that does not tell its time. */
void log_entry_read(struct log_entry *, const char *line, size_t n,
		    const struct timespec *now);

/* One message for a receiver of RFC 5424; the fields of an audit line are in
 * [adit@32473 ...].  Returns its length, at most LOG_ENTRY_MAX. */
size_t log_entry_syslog(char dst[LOG_ENTRY_MAX], const struct log_entry *,
			const struct log_origin *);

/* The same for the journal, as lines KEY=value; the fields of an audit line are
 * ADIT_EVT, ADIT_USER ... */
size_t log_entry_journal(char dst[LOG_ENTRY_MAX], const struct log_entry *,
			 const struct log_origin *);

#endif
