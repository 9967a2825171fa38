/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_table.c - listings for people, harmless to their terminals. */
#include "adit/cli.h"

#include "base/human.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELL = 300,
	COLUMNS_MAX = 8,
	LINES_MAX = 16, /* of one row */
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

/* The text of a cell in one of the lines of its row. */
static const char *cell(const json_t *value, size_t line, char *dst, size_t cap)
{
	size_t n = json_array_size(value);

	dst[0] = 0;
	if (!json_is_array(value) || !n)
		return line ? dst :
			      text_of(n                    ? value :
				      json_is_array(value) ? NULL :
							     value,
				      dst, cap);
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
		most = MAX(most,
			   json_array_size(json_object_get(row, col[k].key)));
	return MIN(most, (size_t)LINES_MAX);
}

static int widest(const struct cli_column *col, const json_t *rows)
{
	char text[CELL];
	int most = human_width(col->title);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *value = json_object_get(row, col->key);

		for (size_t n = 0; n < lines_of(col, 1, row); n++) {
			int w = human_width(cell(value, n, text, sizeof text));

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
	l->blanks = (*text ? 0 : l->blanks) + columns - human_width(text) + 2;
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
				put(&l,
				    cell(json_object_get(row, col[k].key), n,
					 text, sizeof text),
				    columns[k]);
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

void cli_print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	puts("");
}
