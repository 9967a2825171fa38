/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_table.c - listings for people, harmless to their terminals. */
#include "agent/cli.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELL = 300,
	SCREEN = 80,                    /* columns */
	COLUMNS_MAX = 8,
	LINES_MAX = 16,                 /* of one row */
};

static const char *text_of(const json_t *value, char *dst, size_t cap)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		return log_escape(dst, cap, json_string_value(value));
	case JSON_INTEGER:
		snprintf(dst, cap, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(dst, cap, "%.1f", json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(dst, cap, json_is_true(value) ? "yes" : "no");
		break;
	default:
		snprintf(dst, cap, "-");
	}
	return dst;
}

/* Columns on the screen: bytes that go on with a UTF-8 character take none. */
static int width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* The text of a cell in one of the lines of its row. */
static const char *cell(const json_t *value, size_t line, char *dst, size_t cap)
{
	size_t n = json_array_size(value);

	dst[0] = 0;
	if (!json_is_array(value) || !n)
		return line ? dst : text_of(n ? value : json_is_array(value) ?
					    NULL : value, dst, cap);
	if (line + 1 == LINES_MAX && n > LINES_MAX)
		snprintf(dst, cap, "and %zu more", n - line);
	else if (line < n)
		text_of(json_array_get(value, line), dst, cap);
	return dst;
}

static size_t lines_of(const struct cli_column *col, size_t ncol,
		       const json_t *row)
{
	size_t most = 1;

	for (size_t k = 0; k < ncol; k++)
		most = MAX(most, json_array_size(json_object_get(row,
								 col[k].key)));
	return MIN(most, (size_t)LINES_MAX);
}

static int widest(const struct cli_column *col, const json_t *rows)
{
	char text[CELL];
	int most = width(col->title);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *value = json_object_get(row, col->key);

		for (size_t n = 0; n < lines_of(col, 1, row); n++) {
			int w = width(cell(value, n, text, sizeof text));

			most = MAX(most, w);
		}
	}
	return most;
}

/* Blanks go before the next text, so that no line ends in some. */
struct line {
	int blanks;
};

static void put(struct line *l, const char *text, int columns)
{
	if (*text)
		printf("%*s%s", l->blanks, "", text);
	l->blanks = (*text ? 0 : l->blanks) + columns - width(text) + 2;
}

static void print_table(const struct cli_column *col, size_t ncolumns,
			const json_t *rows)
{
	size_t ncol = MIN(ncolumns, (size_t)COLUMNS_MAX);
	int columns[COLUMNS_MAX];
	struct line l = { 0 };
	char text[CELL];

	for (size_t k = 0; k < ncol; k++) {
		columns[k] = widest(&col[k], rows);
		put(&l, col[k].title, columns[k]);
	}
	puts("");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		for (size_t n = 0; n < lines_of(col, ncol, row); n++) {
			l.blanks = 0;
			for (size_t k = 0; k < ncol; k++)
				put(&l, cell(json_object_get(row, col[k].key),
					     n, text, sizeof text), columns[k]);
			puts("");
		}
	}
}

void cli_table(const struct cli_column *col, size_t ncolumns,
	       const json_t *rows)
{
	json_t *shorter = cli_ranges(rows);

	print_table(col, ncolumns, shorter);
	json_decref(shorter);
}

/* How many bytes of `text`, which go on behind a blank or are all, fit. */
static size_t fitting(const char *text, int columns)
{
	size_t n = 0, last = 0;
	int used = 0;

	for (; text[n]; n++) {
		if (text[n] == ' ' && (used <= columns || !last))
			last = n;
		used += (text[n] & 0xc0) != 0x80;
		if (used > columns && last)
			return last;
	}
	return used > columns && last ? last : n;
}

void cli_wrap(const char *lead, const char *text)
{
	int indent = width(lead);
	size_t n;

	printf("%s", lead);
	while (*text) {
		n = fitting(text, SCREEN - indent);
		printf("%.*s\n", (int)n, text);
		text += n + (text[n] == ' ');
		if (*text)
			printf("%*s", indent, "");
	}
}

void cli_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	puts("");
}
