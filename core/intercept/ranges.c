/* SPDX-License-Identifier: BSD-2-Clause */
/* ranges.c - networks as ranges of addresses that do not touch each other. */
#include "intercept/ranges.h"

#include <stdlib.h>
#include <string.h>

/* The first address behind a network: its prefix plus one. */
static struct range range_of(const struct net *n)
{
	struct range r = { .family = n->base.family };
	unsigned carry = 1;

	memcpy(r.first, n->base.ip, sizeof r.first);
	memcpy(r.end, n->base.ip, sizeof r.end);
	for (unsigned bit = n->bits; bit-- && carry;) {
		uint8_t one = (uint8_t)(0x80 >> bit % 8);

		carry = r.end[bit / 8] & one;
		r.end[bit / 8] ^= one;
	}
	r.is_last = carry;
	return r;
}

static int range_compare(const void *a, const void *b)
{
	const struct range *one = a, *other = b;

	if (one->family != other->family)
		return one->family < other->family ? -1 : 1;
	return memcmp(one->first, other->first, sizeof one->first);
}

/* Whether `r`, which begins at or behind `before`, begins in it or at its
 * end. */
static bool range_touches(const struct range *before, const struct range *r)
{
	return before->family == r->family &&
	       (before->is_last ||
		memcmp(r->first, before->end, sizeof r->first) <= 0);
}

static void range_widen(struct range *r, const struct range *more)
{
	if (r->is_last)
		return;
	if (more->is_last || memcmp(more->end, r->end, sizeof r->end) > 0) {
		memcpy(r->end, more->end, sizeof r->end);
		r->is_last = more->is_last;
	}
}

void ranges_of(struct ranges *to, const struct net *nets, unsigned n)
{
	struct range all[RANGES_MAX];

	for (unsigned i = 0; i < n; i++)
		all[i] = range_of(&nets[i]);
	qsort(all, n, sizeof *all, range_compare);
	to->n = 0;
	for (unsigned i = 0; i < n; i++) {
		struct range *last = to->n ? &to->item[to->n - 1] : NULL;

		if (last && range_touches(last, &all[i]))
			range_widen(last, &all[i]);
		else
			to->item[to->n++] = all[i];
	}
}
