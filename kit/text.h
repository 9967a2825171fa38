/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - reads and writes bytes in the form of transcripts.
 *
 *   \r \n \t \0 \\     as in C          \xNN      any byte
 *   \*N(text)          N times text     anything else stands for itself */
#ifndef ADIT_KIT_TEXT_H
#define ADIT_KIT_TEXT_H

#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>

enum { TEXT_MAX = 16 << 20 }; /* bytes of one text */

/* Appends the bytes that a line stands for.  Returns NULL, or an error text
 * with the cure; then a part may have been appended. */
MUST_CHECK const char *text_read(struct buf *to, const char *line);
/* Writes bytes as one line, which text_read reads back. */
void text_write(FILE *to, const void *p, size_t n);
/* How many columns that line has. */
size_t text_width(const void *p, size_t n);
/* The offset of the first byte that differs, or where the shorter one ends. */
size_t text_difference(const struct buf *a, const struct buf *b);
/* Writes a line, "  LABEL  ...text...", with the bytes around offset `at`. */
void text_window(FILE *to, const char *label, const struct buf *b, size_t at);
/* Writes the line below it, which points at that byte. */
void text_point(FILE *to, const char *label, const struct buf *b, size_t at);

#endif
