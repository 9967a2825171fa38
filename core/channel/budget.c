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

static void budget_add(struct budget *b, uint64_t n)
{
	for (; b; b = b->up) {
		b->used += n;
		if (b->pool)
			atomic_fetch_add_explicit(&b->pool->used, n,
						  memory_order_relaxed);
	}
}

void budget_force(struct budget *b, uint64_t n)
{
	budget_add(b, n);
}

void budget_discharge(struct budget *b, uint64_t n)
{
	budget_add(b, -n);
}

void budget_waits(struct budget *b, uint64_t n)
{
	for (; b; b = b->up) {
		b->waiting += n;
		if (b->pool)
			atomic_fetch_add_explicit(&b->pool->waiting, n,
						  memory_order_relaxed);
	}
}

void budget_begins(struct budget *b, uint64_t n)
{
	budget_waits(b, -n);
}

/* What a pool has at one moment, as a budget of its own. */
static struct budget budget_of_pool(const struct budget_pool *p)
{
	struct budget b = {
		.limit = atomic_load_explicit(&p->limit, memory_order_relaxed),
		.used = atomic_load_explicit(&p->used, memory_order_relaxed),
	};

	/* Another thread may have changed the one and not yet the other. */
	b.waiting = MIN(atomic_load_explicit(&p->waiting, memory_order_relaxed),
			b.used);
	return b;
}

static bool budget_one_lets(const struct budget *b, uint64_t n)
{
	return !b->limit || b->used - b->waiting + n <= b->limit;
}

bool budget_pools_let(const struct budget *b, uint64_t n)
{
	for (; b; b = b->up) {
		struct budget pool;

		if (!b->pool)
			continue;
		pool = budget_of_pool(b->pool);
		if (!budget_one_lets(&pool, n))
			return false;
	}
	return true;
}

bool budget_lets(const struct budget *b, uint64_t n)
{
	const struct budget *all = b;

	for (; b; b = b->up)
		if (!budget_one_lets(b, n))
			return false;
	return budget_pools_let(all, n);
}

static uint64_t budget_one_left(const struct budget *b)
{
	if (!b->limit)
		return UINT64_MAX;
	return b->used < b->limit ? b->limit - b->used : 0;
}

uint64_t budget_left(const struct budget *b)
{
	uint64_t least = UINT64_MAX;

	for (; b; b = b->up) {
		least = MIN(least, budget_one_left(b));
		if (b->pool) {
			struct budget pool = budget_of_pool(b->pool);

			least = MIN(least, budget_one_left(&pool));
		}
	}
	return least;
}

static bool budget_one_is_tight(const struct budget *b)
{
	return b->limit && b->used > b->limit / 2;
}

bool budget_is_tight(const struct budget *b)
{
	for (; b; b = b->up) {
		struct budget pool = { 0 };

		if (b->pool)
			pool = budget_of_pool(b->pool);
		if (budget_one_is_tight(b) || budget_one_is_tight(&pool))
			return true;
	}
	return false;
}
