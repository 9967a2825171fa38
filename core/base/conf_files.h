/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_files.h - tells which file a line comes from, in a text that was put
 * together from several files. */
#ifndef ADIT_BASE_CONF_FILES_H
#define ADIT_BASE_CONF_FILES_H

#include "base/defs.h"

#include <stddef.h>

/* All zero is the beginning: the whole text is one file without a name here. */
struct conf_files {
	struct conf_file {
		char *name;
		unsigned before; /* lines of the text above it */
		unsigned above;  /* lines of the file that stand elsewhere */
	} * item;                /* in the order of the text */
	size_t n;
};

/* Adds a file whose first line comes after `before` lines of the text; copies
 * name[len].  0 or ERR_NOMEM. */
MUST_CHECK int conf_files_add(struct conf_files *, const char *name, size_t len,
			      unsigned before);
/* The same for the rest of a file in which another one stands: `above` of its
 * lines came before. */
MUST_CHECK int conf_files_resume(struct conf_files *, const char *name,
				 size_t len, unsigned before, unsigned above);
void conf_files_fini(struct conf_files *);

/* Turns the number of a line of the text into its number in its own file.
 * *file becomes the name of that file, owned by the struct; it stays as it is
 * where the text is one file. */
unsigned conf_files_line(const struct conf_files *, unsigned line,
			 const char **file);

#endif
