/* SPDX-License-Identifier: BSD-2-Clause */
/* ini.h - reads ini files strictly: whatever inih would join, merge or hide is
 * an error that names its line.  Lines may be long. */
#ifndef ADIT_BASE_INI_H
#define ADIT_BASE_INI_H

#include "base/conf_text.h"

/* In the joined text that ini_gather makes, each file comes after a line with
 * this byte and its name.  Files themselves may not have that byte. */
#define INI_FILE_MARK '\x1c'
#define INI_CONTROL_TEXT                                                       \
	"the line has a control character or a NUL byte: write plain text"

enum {
	INI_SECTION_MAX = 198, /* bytes of a section's line */
	INI_KEY_MAX = 64,      /* bytes of a key */
	INI_SECTIONS_MAX = 16384,
};

/* A section line or a key.  The strings live until the callback returns. */
struct ini_item {
	const char *kind;  /* "resource" of [resource mail] */
	const char *name;  /* "mail"; "" in a section without a name */
	const char *key;   /* NULL: this is the section line itself */
	const char *value; /* without comment and blanks around it */
	unsigned line;
};

/* Is called for each item, and reports what is wrong through conf_error.  For a
 * section line it may return non-zero: then the keys of that section are left
 * out.  What it returns for a key does not matter. */
typedef int ini_item_fn(void *ctx, const struct ini_item *item);

/* Reads text[len], whose name is e->file.  If it was joined from several files,
 * their names are added to e->files (unless that is NULL), and line numbers go
 * on from one file to the next.  0; or ERR_CONF or ERR_NOMEM with at least one
 * error in `e`, also one of the callback: then the result is incomplete. */
MUST_CHECK int ini_read_text(const char *text, size_t len, ini_item_fn *fn,
			     void *ctx, struct conf_errors *e);
/* Joins the text of e->file and of all files that it includes, for
 * ini_read_text.  Each must satisfy conf_text_read.  0; or ERR_CONF or
 * ERR_NOMEM with the reasons in `e`: then `out` has what could be read.  The
 * caller calls buf_fini(out). */
MUST_CHECK int ini_gather(struct buf *out, struct conf_errors *e);
/* Calls fn only for the include lines of a text, which stand above its first
 * section.  Errors are those of ini_read_text. */
MUST_CHECK int ini_read_includes(const char *text, size_t len, ini_item_fn *fn,
				 void *ctx, struct conf_errors *e);
/* ini_gather and ini_read_text in one.  If a file cannot be read, the others
 * still are, and the result is an error. */
MUST_CHECK int ini_read_file(ini_item_fn *fn, void *ctx, struct conf_errors *e);

/* Adds the error for a section whose kind is not among `kinds` (which ends with
 * NULL), with "did you mean".  Always returns ERR_CONF. */
int ini_unknown_section(const struct ini_item *item, const char *const *kinds,
			struct conf_errors *e);

/* Whether the text may name a resource, a group and so on: 1 to 64 characters
 * of A-Z a-z 0-9 . _ - */
MUST_CHECK bool ini_is_name(const char *text);

#endif
