/* SPDX-License-Identifier: BSD-2-Clause */
/* table.c - prints a listing as a table for people. */
#include "control/table.h"

#include "base/defs.h"
#include "base/human.h"

#include <stdio.h>

enum {
	COLUMNS_MAX = 20,
	SHORTEST = 6, /* of a text that is cut */
	GAP = 2,      /* blanks between two columns */
};

struct table_layout {
	struct table_column col[COLUMNS_MAX];
	int width[COLUMNS_MAX];
	size_t n;
	int blanks; /* before the next text; none at the end of a line */
};

/* A text that is cut ends in "~". */
static void cut_text(char *text, int columns)
{
	char *end = text;
	int n = 0;

	if (human_width(text) <= columns)
		return;
	for (; *end; end++) {
		n += (*end & 0xc0) != 0x80;
		if (n == columns)
			break;
	}
	end[0] = '~';
	end[1] = 0;
}

static bool is_text(const struct table_column *col)
{
	return col->form == TABLE_PLAIN || col->form == TABLE_HOST;
}

static void put_cell(struct table_layout *t, size_t k, char *text)
{
	int pad;

	cut_text(text, t->width[k]);
	pad = t->width[k] - human_width(text);
	if (!*text) {
		t->blanks += pad + GAP;
		return;
	}
	if (!is_text(&t->col[k]))
		t->blanks += pad;
	printf("%*s%s", t->blanks, "", text);
	t->blanks = is_text(&t->col[k]) ? pad + GAP : GAP;
}

static void end_line(struct table_layout *t)
{
	puts("");
	t->blanks = 0;
}

static void choose_columns(struct table_layout *t,
			   const struct table_column *col, size_t n, bool wide)
{
	for (size_t k = 0; k < n && t->n < COLUMNS_MAX; k++)
		if (wide || !col[k].wide)
			t->col[t->n++] = col[k];
}

static int widest_cell(const struct table_column *col, const json_t *rows)
{
	int most = human_width(col->title);
	char text[TABLE_CELL];

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		for (size_t n = 0; n < table_cell_lines(col, row); n++) {
			int w = human_width(table_cell(col, row, n, text));

			most = MAX(most, w);
		}
	}
	return most;
}

/* The widest columns are made narrower until a row fits on the screen. */
static void shrink_columns(struct table_layout *t)
{
	int total = GAP * ((int)t->n - 1);

	for (size_t k = 0; k < t->n; k++)
		total += t->width[k];
	for (; total > HUMAN_SCREEN; total--) {
		int *widest = NULL;

		for (size_t k = 0; k < t->n; k++)
			if (is_text(&t->col[k]) && t->width[k] > SHORTEST &&
			    (!widest || t->width[k] > *widest))
				widest = &t->width[k];
		if (!widest)
			return;
		--*widest;
	}
}

static void print_titles(struct table_layout *t)
{
	char text[TABLE_CELL];

	for (size_t k = 0; k < t->n; k++) {
		snprintf(text, sizeof text, "%s", t->col[k].title);
		put_cell(t, k, text);
	}
	end_line(t);
}

static void print_row(struct table_layout *t, const json_t *row)
{
	char text[TABLE_CELL];
	size_t lines = 1;

	for (size_t k = 0; k < t->n; k++)
		lines = MAX(lines, table_cell_lines(&t->col[k], row));
	for (size_t n = 0; n < lines; n++) {
		for (size_t k = 0; k < t->n; k++) {
			table_cell(&t->col[k], row, n, text);
			put_cell(t, k, text);
		}
		end_line(t);
	}
}

void table_print(const struct table_column *col, size_t ncolumns,
		 const json_t *rows, bool wide)
{
	struct table_layout t = { .n = 0 };

	choose_columns(&t, col, ncolumns, wide);
	for (size_t k = 0; k < t.n; k++)
		t.width[k] = widest_cell(&t.col[k], rows);
	if (!wide)
		shrink_columns(&t);
	print_titles(&t);
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_row(&t, json_array_get(rows, i));
}
