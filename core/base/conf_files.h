/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_files.h - which lines of a text that was put together stand in which
 * file. */
#ifndef ADIT_BASE_CONF_FILES_H
#define ADIT_BASE_CONF_FILES_H

#include "base/defs.h"

#include <stddef.h>

/* Starts as all zero: a text that is one file, whose lines count as they
 * are. */
struct conf_files {
	struct conf_file {
		char *name;
		unsigned before; /* lines of the text above it */
	} * item;                /* in the order of the text */
	size_t n;
};

/* The file that begins below so many lines.  0 or ERR_NOMEM. */
MUST_CHECK int conf_files_add(struct conf_files *, const char *name, size_t len,
			      unsigned before);
void conf_files_fini(struct conf_files *);

/* The number of a line in its own file; that one's name goes to *file, if there
 * are several. */
unsigned conf_files_line(const struct conf_files *, unsigned line,
			 const char **file);

#endif
