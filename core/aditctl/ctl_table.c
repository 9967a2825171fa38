/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_table.c - listings for people, harmless to their terminals. */
#include "aditctl/ctl.h"

#include "base/human.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CELL = 300,
	COLUMNS_MAX = 20,
	SHORTEST = 6, /* of a text that is cut */
};

struct table {
	struct ctl_column col[COLUMNS_MAX];
	int width[COLUMNS_MAX];
	size_t n;
};

/* What does not fit ends in "~". */
static void cut(char *text, int columns)
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

static bool is_text(const struct ctl_column *col)
{
	return col->form == CTL_PLAIN || col->form == CTL_HOST;
}

static void put_cell(const struct table *t, size_t k, char *text)
{
	bool last = k + 1 == t->n;
	int pad;

	cut(text, t->width[k]);
	pad = t->width[k] - human_width(text);
	if (is_text(&t->col[k]))
		printf("%s%*s", text, last ? 0 : pad, "");
	else
		printf("%*s%s", pad, "", text);
	fputs(last ? "\n" : "  ", stdout);
}

static void choose(struct table *t, const struct ctl_column *col, size_t n,
		   bool wide)
{
	for (size_t k = 0; k < n && t->n < COLUMNS_MAX; k++)
		if (wide || !col[k].wide)
			t->col[t->n++] = col[k];
}

static void measure(struct table *t, const json_t *rows)
{
	char text[CELL];

	for (size_t k = 0; k < t->n; k++) {
		t->width[k] = human_width(t->col[k].title);
		for (size_t i = 0; i < json_array_size(rows); i++) {
			int w = human_width(ctl_cell(&t->col[k],
						     json_array_get(rows, i),
						     text, sizeof text));

			t->width[k] = MAX(t->width[k], w);
		}
	}
}

/* The longest texts give way until a row fits on the screen. */
static void shrink(struct table *t)
{
	int total = 2 * (int)t->n - 2;

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

void ctl_table(const struct ctl_column *col, size_t ncolumns,
	       const json_t *rows, bool wide)
{
	struct table t = { .n = 0 };
	char text[CELL];

	choose(&t, col, ncolumns, wide);
	measure(&t, rows);
	if (!wide)
		shrink(&t);
	for (size_t k = 0; k < t.n; k++) {
		snprintf(text, sizeof text, "%s", t.col[k].title);
		put_cell(&t, k, text);
	}
	for (size_t i = 0; i < json_array_size(rows); i++)
		for (size_t k = 0; k < t.n; k++) {
			ctl_cell(&t.col[k], json_array_get(rows, i), text,
				 sizeof text);
			put_cell(&t, k, text);
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
	char name[CELL];
	const char *key;
	json_t *v;

	/* jansson's macro wants an object that it could change. */
	json_object_foreach((json_t *)(uintptr_t)object, key, v)
	{
		bool nested = json_object_size(v) || json_array_size(v);

		if (!nested && !json_is_object(v) && !json_is_array(v))
			leaf(key, v, indent);
		else if (!nested)
			leaf(key, NULL, indent);
		else
			printf("%*s%s\n", indent, "",
			       log_escape(name, sizeof name, key));
		if (!nested)
			continue;
		if (json_is_object(v))
			ctl_tree(v, indent + 4);
		else
			list(v, indent + 4);
	}
}
