/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - reads and writes bytes in the form of transcripts. */
#include "kit/text.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

static const char letters[] = "rnt0\\", meant[] = "\r\n\t\0\\";
static const char no_memory[] = "out of memory";
enum {
	BEFORE = 24, /* bytes shown in front of a difference */
	WINDOW = 56, /* bytes shown around it */
};

static int nibble(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static const char *text_put(struct buf *to, const void *p, size_t n)
{
	if (buf_len(to) + n > TEXT_MAX)
		return "it is longer than 16 MiB";
	return buf_append(to, p, n) ? no_memory : NULL;
}

/* Reads an escape other than \*.  `at` is behind the backslash, *end becomes
 * the end of the escape. */
static const char *read_escape(struct buf *to, const char *at, const char **end)
{
	const char *known = *at ? strchr(letters, *at) : NULL;
	int high, low;
	uint8_t byte;

	*end = at + 1;
	if (known)
		return text_put(to, &meant[known - letters], 1);
	if (*at != 'x')
		return "a backslash starts \\r \\n \\t \\0 \\\\ \\xNN or "
		       "\\*N(text); write \\\\ for one that stands for itself";
	high = nibble(at[1]);
	low = high < 0 ? -1 : nibble(at[2]);
	if (low < 0)
		return "\\x needs two hexadecimal digits";
	byte = (uint8_t)(high << 4 | low);
	*end = at + 3;
	return text_put(to, &byte, 1);
}

static const char *read_plain(struct buf *to, const char *at, const char **end)
{
	size_t n = 1;

	while (at[n] && at[n] != '\\' && at[n] != ')')
		n++;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)at[i] < ' ' || at[i] == 0x7f)
			return at[i] == '\r' && !at[i + 1] ?
				       "the line ends with CR LF; end lines "
				       "with LF" :
				       "the line has a control character; "
				       "write \\t or \\xNN";
	*end = at + n;
	return text_put(to, at, n);
}

/* Reads \*N(text).  `at` is behind "\*": a number, then the repeated text in
 * brackets. */
static const char *read_repeat(struct buf *to, const char *at, const char **end)
{
	const char *why = "write \\*N(text), as in \\*100(A)";
	struct buf once = { 0 };
	char *open;
	unsigned long n = strtoul(at, &open, 10);

	if (open == at || *open != '(' || n > TEXT_MAX)
		return why;
	*end = open + 1;
	why = NULL;
	while (!why && **end && **end != ')')
		why = **end == '\\' ? read_escape(&once, *end + 1, end) :
				      read_plain(&once, *end, end);
	if (!why && **end != ')')
		why = "\\*N( has no closing bracket; write \\x29 for one in "
		      "the text";
	*end += !why;
	if (!why && n && buf_len(&once) > TEXT_MAX / n)
		why = "it is longer than 16 MiB";
	for (; !why && n; n--)
		why = text_put(to, buf_ptr(&once), buf_len(&once));
	buf_fini(&once);
	return why;
}

const char *text_read(struct buf *to, const char *line)
{
	const char *why = NULL;
	size_t n = strlen(line);

	if (n && line[n - 1] == ' ')
		return "the line ends with a blank, which editors remove; "
		       "write \\x20";
	while (!why && *line) {
		if (line[0] != '\\')
			why = read_plain(to, line, &line);
		else if (line[1] == '*')
			why = read_repeat(to, line + 2, &line);
		else
			why = read_escape(to, line + 1, &line);
	}
	return why;
}

/* The escape of a byte, or "" if it needs none.  `next` is the byte that
 * follows, or -1. */
static const char *escape(uint8_t c, int next, char dst[5])
{
	const char *at = memchr(meant, c, sizeof(meant) - 1);

	if (at)
		snprintf(dst, 5, "\\%c", letters[at - meant]);
	else if (c < ' ' || c >= 0x7f || (c == ' ' && next < 0))
		snprintf(dst, 5, "\\x%02x", c);
	else
		dst[0] = 0;
	return dst;
}

void text_write(FILE *to, const void *p, size_t n)
{
	const uint8_t *b = p;
	char esc[5];

	for (size_t i = 0; i < n; i++) {
		escape(b[i], i + 1 < n ? b[i + 1] : -1, esc);
		if (esc[0])
			fputs(esc, to);
		else
			putc(b[i], to);
	}
}

size_t text_width(const void *p, size_t n)
{
	const uint8_t *b = p;
	size_t width = 0;
	char esc[5];

	for (size_t i = 0; i < n; i++) {
		escape(b[i], i + 1 < n ? b[i + 1] : -1, esc);
		width += esc[0] ? strlen(esc) : 1;
	}
	return width;
}

size_t text_difference(const struct buf *a, const struct buf *b)
{
	size_t n = MIN(buf_len(a), buf_len(b)), i = 0;

	while (i < n && buf_ptr(a)[i] == buf_ptr(b)[i])
		i++;
	return i;
}

void text_window(FILE *to, const char *label, const struct buf *b, size_t at)
{
	size_t from = at > BEFORE ? at - BEFORE : 0;
	size_t n = buf_len(b), left = n > from ? n - from : 0;

	fprintf(to, "  %s  %s", label, from ? "..." : "");
	text_write(to, buf_ptr(b) + from, MIN(left, WINDOW));
	fprintf(to, "%s\n", left > WINDOW ? "..." : "");
}

void text_point(FILE *to, const char *label, const struct buf *b, size_t at)
{
	size_t from = at > BEFORE ? at - BEFORE : 0;
	size_t n = text_width(buf_ptr(b) + from, at - from);

	fprintf(to, "  %*s^ byte %zu\n",
		(int)(strlen(label) + 2 + (from ? 3 : 0) + n), "", at + 1);
}
