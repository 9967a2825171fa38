/* SPDX-License-Identifier: BSD-2-Clause */
/* random.h - random numbers that a seed repeats. */
#ifndef ADIT_KIT_RANDOM_H
#define ADIT_KIT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The state for a seed.  Seeds that differ by 1 give unlike numbers. */
static inline uint64_t random_start(uint64_t seed)
{
	seed = (seed + 1) * 0x9e3779b97f4a7c15u;
	seed ^= seed >> 31;
	return seed ? seed : 1;
}

/* xorshift64* */
static inline uint64_t random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1du;
}

/* From 0 to n - 1; n must not be 0. */
static inline size_t random_below(uint64_t *state, size_t n)
{
	return (size_t)((random_next(state) >> 33) % n);
}

#endif
