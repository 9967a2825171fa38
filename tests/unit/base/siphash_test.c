/* SPDX-License-Identifier: BSD-2-Clause */
/* siphash_test.c - the vectors of the paper, and keys. */
#include "base/siphash.h"

#include "suite.h"

/* Key 00 01 .. 0f, message 00 01 .. of that length. */
START_TEST(vectors)
{
	static const struct {
		size_t n;
		uint64_t hash;
	} want[] = {
		{ 0, 0x726fdb47dd0e0e31 },  { 1, 0x74f839c593dc67fd },
		{ 7, 0xab0200f58b01d137 },  { 8, 0x93f5f5799a932462 },
		{ 15, 0xa129ca6149be45e5 },
	};
	const struct sip_key key = { { 0x0706050403020100,
				       0x0f0e0d0c0b0a0908 } };
	uint8_t p[16];

	for (unsigned i = 0; i < sizeof p; i++)
		p[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
		ck_assert_uint_eq(siphash(&key, p, want[i].n), want[i].hash);
}
END_TEST

START_TEST(keys_differ)
{
	struct sip_key a, b;

	ck_assert_int_eq(sip_key_new(&a), 0);
	ck_assert_int_eq(sip_key_new(&b), 0);
	ck_assert(a.k[0] != b.k[0] && a.k[1] != b.k[1]);
	ck_assert_uint_ne(siphash(&a, "telnet", 6), siphash(&b, "telnet", 6));
}
END_TEST

SUITE("siphash", vectors, keys_differ)
