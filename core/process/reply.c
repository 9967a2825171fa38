/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.c - whether JSON of a worker is small enough for the monitor to
 * parse. */
#include "process/reply.h"

#include "process/msg.h"

struct count {
	size_t depth, nodes, values;
};

static bool is_within(const struct count *c)
{
	return c->depth <= REPLY_DEPTH && c->nodes <= REPLY_NODES &&
	       c->values <= REPLY_VALUES;
}

/* The position behind the string in which `at` is. */
static size_t skip_string(const char *text, size_t at, size_t n)
{
	for (; at < n && text[at] != '"'; at++)
		at += text[at] == '\\';
	return at + 1;
}

/* Counts brackets and commas.  Text that is not JSON is refused by the
 * parser. */
bool reply_fits(const char *text, size_t n)
{
	struct count c = { 0 };
	size_t at = 0;

	while (at < n && is_within(&c)) {
		char now = text[at++];

		if (now == '"')
			at = skip_string(text, at, n);
		else if (now == '{' || now == '[')
			c = (struct count){ c.depth + 1, c.nodes + 1,
					    c.values + 1 };
		else if (now == '}' || now == ']')
			c.depth -= c.depth > 0;
		else if (now == ',')
			c.values++;
	}
	return n <= CONTROL_MAX && is_within(&c);
}
