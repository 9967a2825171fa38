/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_text.h - reads configuration files and collects their errors. */
#ifndef ADIT_BASE_CONF_TEXT_H
#define ADIT_BASE_CONF_TEXT_H

#include "base/buf.h"
#include "base/conf_files.h"
#include "base/defs.h"

#include <stdbool.h>

enum {
	CONF_TEXT_MAX = 4 << 20, /* bytes of a file: 40,000 users */
	CONF_ERRORS_MAX = 20,    /* errors kept as texts; more are counted */
	CONF_ERROR_LEN = 480,    /* bytes of one, with its NUL */
	CONF_VALUE_MAX = 3000,   /* bytes of a value that is not a list */
};

/* The errors in one file, each as "file:line: what is wrong: what to do".
 * Starts as { .file = path }.  Owns no memory: file and files must outlive
 * it. */
struct conf_errors {
	const char *file;
	struct conf_files *files; /* which file a line is of; NULL: of `file` */
	unsigned count;           /* of all errors, kept or not */
	char text[CONF_ERRORS_MAX][CONF_ERROR_LEN];
};

/* Adds an error; line 0 means the file as a whole.  Always returns ERR_CONF. */
int conf_error(struct conf_errors *e, unsigned line, const char *fmt, ...)
	PRINTF(3, 4);

#define CONF_LINE_TEXT 300
/* Writes "line 7", or "line 7 of FILE" where there are several files; returns
 * text. */
const char *conf_line(const struct conf_errors *e, unsigned line,
		      char text[CONF_LINE_TEXT]);

/* How many errors e->text has. */
static inline unsigned conf_errors_kept(const struct conf_errors *e)
{
	return MIN(e->count, (unsigned)CONF_ERRORS_MAX);
}

/* Logs every error with log_msg. */
void conf_errors_log(const struct conf_errors *e);
/* Appends the errors of `from` to `to`. */
void conf_errors_join(struct conf_errors *to, const struct conf_errors *from);

/* Reads e->file.  It must be a regular file of at most CONF_TEXT_MAX bytes,
 * belong to root or to the user of this process, and not be writable by others;
 * with `secret` it must not be readable by others either (its group may read
 * it), nor be a symbolic link.  0; ERR_CONF or ERR_NOMEM with the reason in
 * `e`.  The caller calls buf_fini(out), and wipes it if it is secret. */
MUST_CHECK int conf_text_read(struct buf *out, bool secret,
			      struct conf_errors *e);
/* The same with `secret` for a private key, except that symbolic links are
 * followed, since programs that renew certificates keep keys behind one
 * (base/conf_link.h says where that is safe). */
MUST_CHECK int conf_key_read(struct buf *out, struct conf_errors *e);

/* Finds the word for "did you mean": set `word` to what was written, offer all
 * candidates, then get the text.  Owns no memory. */
struct conf_guess {
	const char *word;
	const char *best;  /* the closest candidate; NULL: none is close */
	unsigned distance; /* of `best` */
};

void conf_guess_offer(struct conf_guess *g, const char *candidate);
/* ", did you mean \"port\"?" or "", in buf[cap]; returns buf. */
const char *conf_guess_text(const struct conf_guess *g, char *buf, size_t cap);

#endif
