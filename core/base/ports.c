/* SPDX-License-Identifier: BSD-2-Clause */
/* ports.c - a set of TCP ports, in the order in which it was written. */
#include "base/ports.h"

#include "base/err.h"

#include <stdio.h>

int port_set_add(struct port_set *s, uint16_t lo, uint16_t hi)
{
	unsigned i;

	if (!lo || hi < lo)
		return ERR_INVAL;
	for (i = 0; i < s->n; i++)
		if (lo <= s->range[i].hi && hi >= s->range[i].lo)
			return ERR_INVAL;
	if (s->n == PORT_RANGES_MAX)
		return ERR_LIMIT;
	s->range[s->n++] = (struct port_range){ lo, hi };
	return 0;
}

bool port_set_has(const struct port_set *s, uint16_t port)
{
	unsigned i;

	for (i = 0; i < s->n; i++)
		if (port >= s->range[i].lo && port <= s->range[i].hi)
			return true;
	return false;
}

static unsigned port_range_size(const struct port_range *r)
{
	return (unsigned)r->hi - r->lo + 1;
}

unsigned port_set_count(const struct port_set *s)
{
	unsigned i, sum = 0;

	for (i = 0; i < s->n; i++)
		sum += port_range_size(&s->range[i]);
	return sum;
}

uint16_t port_set_at(const struct port_set *s, unsigned i)
{
	unsigned k;

	for (k = 0; k < s->n; k++) {
		if (i < port_range_size(&s->range[k]))
			return (uint16_t)(s->range[k].lo + i);
		i -= port_range_size(&s->range[k]);
	}
	return 0;
}

const char *port_set_str(const struct port_set *s, char *dst, size_t cap)
{
	size_t at = 0;
	unsigned i;

	if (cap)
		dst[0] = 0;
	for (i = 0; i < s->n && at < cap; i++) {
		const struct port_range *r = &s->range[i];
		const char *comma = i ? ", " : "";
		int k;

		if (r->lo == r->hi)
			k = snprintf(dst + at, cap - at, "%s%u", comma, r->lo);
		else
			k = snprintf(dst + at, cap - at, "%s%u-%u", comma,
				     r->lo, r->hi);
		at += k < 0 ? 0 : (size_t)k;
	}
	return dst;
}
