/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - bytes as transcripts write them.
 *
 *   \r \n \t \0 \\     as in C          \xNN      any byte
 *   \*N(text)          N times text     anything else stands for itself */
#ifndef ADIT_KIT_TEXT_H
#define ADIT_KIT_TEXT_H

#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>

enum { TEXT_MAX = 16 << 20 }; /* bytes of one text */

/* Appends what the line says.  NULL, or what is wrong with it, and what to do;
 * then a part may have been appended. */
MUST_CHECK const char *text_read(struct buf *to, const char *line);
/* So that text_read makes the same bytes of it, on one line. */
void text_write(FILE *to, const void *p, size_t n);
/* How wide that is, in columns. */
size_t text_width(const void *p, size_t n);

#endif
