/* SPDX-License-Identifier: BSD-2-Clause */
/* html.h - writes HTML and SVG, in which every value is escaped: what is not a
 * literal of the source cannot get into a page in another way. */
#ifndef ADIT_WEB_HTML_H
#define ADIT_WEB_HTML_H

#include "base/buf.h"

#include <stdarg.h>
#include <stdbool.h>

struct html {
	struct buf out; /* the caller's, once everything is written */
	bool failed;    /* memory was short: the page is to be thrown away */
};

/* Writes a literal format.  %s is a text, which is escaped so that it stays a
 * text within an element and within an attribute in double quotes; %u is an
 * unsigned, %llu an unsigned long long, %d an int, %% a percent sign.  There is
 * nothing else. */
#define html(h, ...) html_format(h, "" __VA_ARGS__)
void html_format(struct html *, const char *format, ...) PRINTF(2, 3);
/* One escaped text.  Bytes that are no UTF-8, and control characters other than
 * a newline, become U+FFFD. */
void html_text(struct html *, const char *text);
void html_fini(struct html *);

#endif
