/* SPDX-License-Identifier: BSD-2-Clause */
/* table.h - prints a listing as a table for people, without control
 * characters. */
#ifndef ADIT_CONTROL_TABLE_H
#define ADIT_CONTROL_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { TABLE_CELL = 300 }; /* bytes of the text in a cell, with its NUL */

enum table_form {
	TABLE_PLAIN,   /* text, left-aligned */
	TABLE_NUMBER,  /* right-aligned, as all below except TABLE_HOST */
	TABLE_KIB,     /* from bytes */
	TABLE_DATE,    /* from seconds since 1970 */
	TABLE_SPAN,    /* from seconds */
	TABLE_HOST,    /* from ADDRESS:PORT, without the port; left-aligned */
	TABLE_CHANNEL, /* 12/3, from session_number and channel of the row */
};

struct table_column {
	const char *title, *key; /* of each row */
	enum table_form form;
	bool wide; /* only in a wide table */
};

/* Prints a table.  `rows` is an array of objects; a value that is an array
 * takes several lines.  A wide table has all columns and cuts nothing.
 * Otherwise the longest texts are cut until a row fits 80 columns. */
void table_print(const struct table_column *, size_t ncolumns,
		 const json_t *rows, bool wide);

/* A value as text without control characters, in dst[cap]; null is "-". */
const char *table_text(const json_t *value, char *dst, size_t cap);
/* The text of one line (0 is the first) of a row's cell; returns dst. */
const char *table_cell(const struct table_column *, const json_t *row,
		       size_t line, char dst[TABLE_CELL]);
/* How many lines the cell takes, at least one. */
size_t table_cell_lines(const struct table_column *, const json_t *row);

#endif
