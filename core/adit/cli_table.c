/* SPDX-License-Identifier: BSD-2-Clause */
/* cli_table.c - tables in which consecutive ports are printed as one range,
 * such as "127.77.1.2:20000-21000". */
#include "adit/cli.h"

#include "base/addr.h"

#include <stdio.h>
#include <string.h>

enum { LEAST = 3 }; /* so many consecutive ports are printed as a range */

/* "ADDRESS:PORT", or a port alone: the text before the port has `len` bytes. */
struct port_place {
	const char *text;
	size_t len;
	uint16_t port;
};

/* False: the value is neither. */
static bool port_place_of(const json_t *value, struct port_place *p)
{
	const char *text = json_string_value(value), *colon;
	json_int_t n = json_integer_value(value);

	if (json_is_integer(value)) {
		*p = (struct port_place){ "", 0, (uint16_t)n };
		return n > 0 && n <= UINT16_MAX;
	}
	colon = text ? strrchr(text, ':') : NULL;
	if (!colon || port_parse(colon + 1, &p->port))
		return false;
	p->text = text;
	p->len = (size_t)(colon + 1 - text);
	return true;
}

/* How many values from `i` on have the same address and consecutive ports. */
static size_t run_of(const json_t *array, size_t i, struct port_place *first)
{
	struct port_place next;
	size_t n = 1;

	if (!port_place_of(json_array_get(array, i), first))
		return 1;
	while (port_place_of(json_array_get(array, i + n), &next) &&
	       next.len == first->len &&
	       !memcmp(next.text, first->text, next.len) &&
	       next.port == first->port + n)
		n++;
	return n;
}

static json_t *shortened(const json_t *array)
{
	json_t *out = json_array();
	struct port_place p;
	size_t n;

	for (size_t i = 0; i < json_array_size(array); i += n) {
		n = run_of(array, i, &p);
		if (n >= LEAST) {
			json_array_append_new(
				out, json_sprintf("%.*s%u-%u", (int)p.len,
						  p.text, (unsigned)p.port,
						  (unsigned)(p.port + n - 1)));
			continue;
		}
		n = 1;
		json_array_append(out, json_array_get(array, i));
	}
	return out;
}

static json_t *with_ranges(const json_t *rows)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_copy(json_array_get(rows, i)), *v;
		const char *key;

		json_object_foreach(row, key, v) if (json_is_array(v))
			json_object_set_new(row, key, shortened(v));
		json_array_append_new(out, row);
	}
	return out;
}

void cli_table(const struct table_column *col, size_t ncolumns,
	       const json_t *rows)
{
	json_t *shorter = with_ranges(rows);

	table_print(col, ncolumns, shorter, true);
	json_decref(shorter);
}
