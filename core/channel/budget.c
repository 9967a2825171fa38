/* SPDX-License-Identifier: BSD-2-Clause */
/* budget.c - counts the memory that channels may use. */
#include "channel/budget.h"

bool budget_charge(struct budget *b, uint64_t n)
{
	if (budget_left(b) < n)
		return false;
	budget_force(b, n);
	return true;
}

void budget_force(struct budget *b, uint64_t n)
{
	for (; b; b = b->up)
		b->used += n;
}

void budget_discharge(struct budget *b, uint64_t n)
{
	for (; b; b = b->up)
		b->used -= n;
}

bool budget_lets(const struct budget *b, uint64_t n)
{
	for (; b; b = b->up)
		if (b->limit && b->used - b->waiting + n > b->limit)
			return false;
	return true;
}

uint64_t budget_left(const struct budget *b)
{
	uint64_t least = UINT64_MAX;

	for (; b; b = b->up)
		if (b->limit)
			least = MIN(least, b->used < b->limit ?
						   b->limit - b->used :
						   0);
	return least;
}

bool budget_is_tight(const struct budget *b)
{
	for (; b; b = b->up)
		if (b->limit && b->used > b->limit / 2)
			return true;
	return false;
}
