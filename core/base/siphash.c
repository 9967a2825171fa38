/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash.c - SipHash-2-4, from "SipHash: a fast short-input PRF" (Aumasson and
 * Bernstein, 2012). */
#include "base/siphash.h"

#include "base/err.h"

#include <unistd.h>

enum { WORD = 8 };

int sip_key_new(struct sip_key *key)
{
	return getentropy(key, sizeof *key) ? ERR_SYS : 0;
}

static uint64_t sip_rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], unsigned rounds)
{
	while (rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = sip_rotate(v[1], 13) ^ v[0];
		v[3] = sip_rotate(v[3], 16) ^ v[2];
		v[0] = sip_rotate(v[0], 32);
		v[2] += v[1];
		v[0] += v[3];
		v[1] = sip_rotate(v[1], 17) ^ v[2];
		v[3] = sip_rotate(v[3], 21) ^ v[0];
		v[2] = sip_rotate(v[2], 32);
	}
}

/* Reads a little-endian number of n bytes, at most 8. */
static uint64_t sip_word(const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	while (n--)
		w = w << 8 | p[n];
	return w;
}

static void sip_block(uint64_t v[4], uint64_t w)
{
	v[3] ^= w;
	sip_rounds(v, 2);
	v[0] ^= w;
}

uint64_t siphash(const struct sip_key *key, const void *p, size_t n)
{
	uint64_t v[4] = {
		key->k[0] ^ 0x736f6d6570736575,
		key->k[1] ^ 0x646f72616e646f6d,
		key->k[0] ^ 0x6c7967656e657261,
		key->k[1] ^ 0x7465646279746573,
	};
	const uint8_t *at = p;
	size_t left = n;

	for (; left >= WORD; left -= WORD, at += WORD)
		sip_block(v, sip_word(at, WORD));
	sip_block(v, sip_word(at, left) | (uint64_t)n << 56);
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
