/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_line.h - reads audit lines (docs/audit.md), and turns them into
 * JSON. */
#ifndef ADIT_BASE_AUDIT_LINE_H
#define ADIT_BASE_AUDIT_LINE_H

#include "base/defs.h"

#include <stdbool.h>
#include <stddef.h>

/* One key=value of a line; both point into the line. */
struct audit_pair {
	const char *key, *value;
	size_t nkey, n; /* bytes; without the quotes of the value */
	bool quoted;
	bool cut; /* the line ends before the value's closing quote */
};

/* Reads the pair at *at, and moves *at behind it.  False: there is none. */
bool audit_line_next(struct audit_pair *, const char **at);

/* Writes the line, which log_escape has made harmless, as one JSON object, and
 * returns its length.  Where dst[cap], at least 32 bytes, has no room for all
 * pairs, or the line was cut, the last member is "cut":true. */
size_t audit_line_json(char *dst, size_t cap, const char *line);

#endif
