/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_tree.c - prints nested objects, for people. */
#include "aditctl/ctl.h"

#include "base/log.h"

#include <stdio.h>

static void print_leaf(const char *key, const json_t *value, int indent)
{
	char text[TABLE_CELL], name[TABLE_CELL];

	log_escape(name, sizeof name, key);
	printf("%*s%-*s  %s\n", indent, "", MAX(24 - indent, 1), name,
	       table_text(value, text, sizeof text));
}

/* Objects in an array are separated by an empty line. */
static void print_list(const json_t *array, int indent)
{
	char text[TABLE_CELL];

	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *v = json_array_get(array, i);

		if (i && json_is_object(v))
			puts("");
		if (json_is_object(v))
			ctl_tree(v, indent);
		else
			printf("%*s%s\n", indent, "",
			       table_text(v, text, sizeof text));
	}
}

void ctl_tree(const json_t *object, int indent)
{
	char name[TABLE_CELL];
	const char *key;
	json_t *v;

	/* The macro takes no const object. */
	json_object_foreach((json_t *)(uintptr_t)object, key, v)
	{
		bool nested = json_object_size(v) || json_array_size(v);

		if (!nested && !json_is_object(v) && !json_is_array(v))
			print_leaf(key, v, indent);
		else if (!nested)
			print_leaf(key, NULL, indent);
		else
			printf("%*s%s\n", indent, "",
			       log_escape(name, sizeof name, key));
		if (!nested)
			continue;
		if (json_is_object(v))
			ctl_tree(v, indent + 4);
		else
			print_list(v, indent + 4);
	}
}
