/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_table.c - listings for people, harmless to their terminals. */
#include "gateway/ctl.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL = 300, COLUMNS_MAX = 16 };

const char *ctl_text(const json_t *value, char *dst, size_t cap)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		log_escape(dst, cap, json_string_value(value));
		break;
	case JSON_INTEGER:
		snprintf(dst, cap, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(dst, cap, "%.3f", json_real_value(value));
		break;
	case JSON_TRUE:
		snprintf(dst, cap, "yes");
		break;
	case JSON_FALSE:
		snprintf(dst, cap, "no");
		break;
	default:
		snprintf(dst, cap, "-");
	}
	return dst;
}

/* Columns that a text takes: bytes that go on with a UTF-8 character take none. */
static int width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void cell(const char *text, int columns, bool right, bool last)
{
	int pad = columns - width(text);

	if (right)
		printf("%*s%s", MAX(pad, 0), "", text);
	else
		printf("%s%*s", text, last ? 0 : MAX(pad, 0), "");
	fputs(last ? "\n" : "  ", stdout);
}

void ctl_table(const struct ctl_column *col, size_t ncolumns,
	       const json_t *rows)
{
	int widest[COLUMNS_MAX];
	char text[CELL];
	size_t n = MIN(ncolumns, (size_t)COLUMNS_MAX);

	for (size_t k = 0; k < n; k++) {
		widest[k] = width(col[k].title);
		for (size_t i = 0; i < json_array_size(rows); i++) {
			const json_t *row = json_array_get(rows, i);
			int w = width(ctl_text(json_object_get(row, col[k].key),
					       text, sizeof text));

			widest[k] = MAX(widest[k], w);
		}
	}
	for (size_t k = 0; k < n; k++)
		cell(col[k].title, widest[k], col[k].right, k + 1 == n);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		for (size_t k = 0; k < n; k++)
			cell(ctl_text(json_object_get(row, col[k].key), text,
				      sizeof text),
			     widest[k], col[k].right, k + 1 == n);
	}
}

static void leaf(const char *key, const json_t *value, int indent)
{
	char text[CELL], name[CELL];

	log_escape(name, sizeof name, key);
	printf("%*s%-*s  %s\n", indent, "", MAX(24 - indent, 1), name,
	       ctl_text(value, text, sizeof text));
}

/* Arrays of objects: each as a block of its own, by a dash. */
static void list(const json_t *array, int indent)
{
	char text[CELL];

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *v = json_array_get(array, i);

		if (i && json_is_object(v))
			puts("");
		if (json_is_object(v))
			ctl_tree(v, indent);
		else
			printf("%*s%s\n", indent, "",
			       ctl_text(v, text, sizeof text));
	}
}

void ctl_tree(const json_t *object, int indent)
{
	const char *key;
	json_t *v;

	/* jansson's macro wants an object that it could change. */
	json_object_foreach((json_t *)(uintptr_t)object, key, v) {
		bool nested = json_object_size(v) || json_array_size(v);

		if (!nested && !json_is_object(v) && !json_is_array(v))
			leaf(key, v, indent);
		else if (!nested)
			leaf(key, NULL, indent);
		else
			printf("%*s%s\n", indent, "", key);
		if (!nested)
			continue;
		if (json_is_object(v))
			ctl_tree(v, indent + 4);
		else
			list(v, indent + 4);
	}
}
