/* SPDX-License-Identifier: BSD-2-Clause */
/* ini.h - reads ini text strictly: what inih would join, merge or hide is an
 * error with its line; lines may be long. */
#ifndef ADIT_BASE_INI_H
#define ADIT_BASE_INI_H

#include "base/conf_text.h"

/* Before the name of a file on a line of its own, see ini_gather; no file can
 * have it. */
#define INI_FILE_MARK '\x1c'
#define INI_CONTROL_TEXT                                                       \
	"the line has a control character or a NUL byte: write plain text"

enum {
	INI_SECTION_MAX = 198, /* bytes of a section's line */
	INI_KEY_MAX = 64,
	INI_SECTIONS_MAX = 16384,
};

/* A section line or a key.  The strings live until the callback returns. */
struct ini_item {
	const char *kind;  /* "resource" of [resource mail] */
	const char *name;  /* "mail"; "" where there is none */
	const char *key;   /* NULL: this is the section line itself */
	const char *value; /* without comment and blanks around it */
	unsigned line;
};

/* Complains through conf_error.  For a section line, anything but 0 means that
 * the section's keys need not be delivered. */
typedef int ini_item_fn(void *ctx, const struct ini_item *item);

/* Reads all of the text, e->file is its name.  Where several files make it up,
 * they are added to e->files, unless that is NULL, and lines count through.  0,
 * or ERR_CONF, ERR_NOMEM with at least one complaint in `e`, also from the
 * callback: then what was collected must not be used. */
MUST_CHECK int ini_read_text(const char *text, size_t len, ini_item_fn *fn,
			     void *ctx, struct conf_errors *e);
/* The text of the file e->file and of all that it includes, for ini_read_text.
 * Each of them must be as conf_text_read wants it.  0 or ERR_CONF, ERR_NOMEM
 * with the reasons in `e`; then out has what could be read.  buf_fini(out) is
 * the caller's. */
MUST_CHECK int ini_gather(struct buf *out, struct conf_errors *e);
/* Its include lines, which stand above the first section; nothing else. */
MUST_CHECK int ini_read_includes(const char *text, size_t len, ini_item_fn *fn,
				 void *ctx, struct conf_errors *e);
/* Gathers and reads the file e->file, also if others are missing. */
MUST_CHECK int ini_read_file(ini_item_fn *fn, void *ctx, struct conf_errors *e);

/* For a section kind that `kinds` (ends with NULL) does not have: complains,
 * with "did you mean".  Always returns ERR_CONF. */
int ini_unknown_section(const struct ini_item *item, const char *const *kinds,
			struct conf_errors *e);

/* 1 to 64 of A-Z a-z 0-9 . _ - : names of resources, groups and so on. */
MUST_CHECK bool ini_is_name(const char *text);

#endif
