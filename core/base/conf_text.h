/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_text.h - the text of a configuration file, and what is wrong with it. */
#ifndef ADIT_BASE_CONF_TEXT_H
#define ADIT_BASE_CONF_TEXT_H

#include "base/buf.h"
#include "base/conf_files.h"
#include "base/defs.h"

#include <stdbool.h>

enum {
	CONF_TEXT_MAX = 1 << 20, /* bytes of a file */
	CONF_ERRORS_MAX = 20,    /* kept; more are only counted */
	CONF_ERROR_LEN = 480,
	CONF_VALUE_MAX = 3000, /* bytes of a text that is no list */
};

/* Complaints about one file, in the form "file:line: what, and what to do".
 * Starts as { .file = path }; owns no memory. */
struct conf_errors {
	const char *file;         /* kept by reference */
	struct conf_files *files; /* what lines mean, or NULL; the same */
	unsigned count;           /* all, also those that are not kept */
	char text[CONF_ERRORS_MAX][CONF_ERROR_LEN];
};

/* Adds one; line 0 is the file as a whole.  Always returns ERR_CONF. */
int conf_error(struct conf_errors *e, unsigned line, const char *fmt, ...)
	PRINTF(3, 4);

#define CONF_LINE_TEXT 300
/* "line 7", or "line 7 of FILE" where there are several, in text; returns
 * it. */
const char *conf_line(const struct conf_errors *e, unsigned line,
		      char text[CONF_LINE_TEXT]);

/* How many stand in e->text. */
static inline unsigned conf_errors_kept(const struct conf_errors *e)
{
	return MIN(e->count, (unsigned)CONF_ERRORS_MAX);
}

/* All of them to standard error, by log_msg. */
void conf_errors_log(const struct conf_errors *e);
/* Adds those of `from` to the end of `to`; `from` stays as it is. */
void conf_errors_join(struct conf_errors *to, const struct conf_errors *from);

/* Reads e->file.  It must be a regular file of at most CONF_TEXT_MAX bytes that
 * belongs to root or to this process's user and that nobody else may write;
 * with `secret`, nobody else may read it either.  0 or ERR_CONF, ERR_NOMEM with
 * the reason in `e`.  buf_fini(out) is the caller's. */
MUST_CHECK int conf_text_read(struct buf *out, bool secret,
			      struct conf_errors *e);
/* The same with `secret` for a private key, which programs that renew
 * certificates keep behind a symbolic link: it is followed where nobody else
 * can point it elsewhere (base/conf_link.h). */
MUST_CHECK int conf_key_read(struct buf *out, struct conf_errors *e);

/* "did you mean": offer every candidate, then ask for the text. */
struct conf_guess {
	const char *word; /* what was written */
	const char *best; /* the closest so far, NULL if none is close */
	unsigned distance;
};

void conf_guess_offer(struct conf_guess *g, const char *candidate);
/* ", did you mean \"port\"?" or "", in buf[cap]; returns buf. */
const char *conf_guess_text(const struct conf_guess *g, char *buf, size_t cap);

#endif
