/* SPDX-License-Identifier: BSD-2-Clause */
/* line_file.h - replaces a secret file of lines, such as a users file, by one
 * that another text has. */
#ifndef ADIT_POLICY_LINE_FILE_H
#define ADIT_POLICY_LINE_FILE_H

#include "base/conf_text.h"

/* A file that is being changed.  Its folder is locked until line_file_close, so
 * that two who change it come one after the other. */
struct line_file {
	struct conf_errors *e; /* e->file is its path */
	bool hurries; /* it does not wait for who has locked the folder */
	int dir;
	struct buf old, new; /* both are wiped at the end */
};

/* Locks the folder and reads the file into `old`.  A file that does not exist
 * is empty.  0, or an error with the reason in `e`; ERR_AGAIN, of one that
 * hurries: another process has locked the folder.  line_file_close is the
 * caller's in all cases. */
MUST_CHECK int line_file_open(struct line_file *, struct conf_errors *e);
/* Puts `new` in the place of the file, by a temporary file that is renamed.
 * Mode and owner stay; a file that did not exist gets the mode 0600.  0, or
 * ERR_CONF, ERR_NOMEM, with the reason in `e`. */
MUST_CHECK int line_file_replace(struct line_file *);
void line_file_close(struct line_file *);

/* Whether the line p[n] is that of the user `name`: "name:...". */
bool line_file_is_of(const char *name, const char *p, size_t n);

#endif
