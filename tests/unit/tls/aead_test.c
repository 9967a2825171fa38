/* SPDX-License-Identifier: BSD-2-Clause */
/* aead_test.c - AES-GCM by libipsec-mb against AES-GCM by GnuTLS. */
#include "tls/aead.h"
#include "tls/tls.h"

#include "suite.h"

#include <gnutls/crypto.h>
#include <string.h>

static const uint8_t key[32] = "thirty-two bytes, all of them ok";
static const uint8_t nonce[AEAD_NONCE] = "twelve bytes";
static uint8_t plain[TLS_RECORD_MAX + 1];
static uint8_t ours[AEAD_HEADER + sizeof plain + AEAD_TAG];
static uint8_t theirs[sizeof ours];

static void seal_theirs(size_t key_len, size_t n)
{
	gnutls_datum_t k = { (void *)(uintptr_t)key, (unsigned)key_len };
	gnutls_cipher_algorithm_t c = GNUTLS_CIPHER_AES_256_GCM;
	size_t len = sizeof theirs - AEAD_HEADER;
	gnutls_aead_cipher_hd_t h;
	int ret;

	if (key_len == 16)
		c = GNUTLS_CIPHER_AES_128_GCM;
	ck_assert_int_eq(gnutls_aead_cipher_init(&h, c, &k), 0);
	ret = gnutls_aead_cipher_encrypt(h, nonce, AEAD_NONCE, theirs,
					 AEAD_HEADER, AEAD_TAG, plain, n,
					 theirs + AEAD_HEADER, &len);
	ck_assert_int_eq(ret, 0);
	gnutls_aead_cipher_deinit(h);
}

/* n bytes with the type. */
static void same(size_t key_len, size_t n)
{
	struct aead *a = aead_gcm_new(key, key_len);
	size_t all = AEAD_HEADER + n + AEAD_TAG;

	ck_assert_ptr_nonnull(a);
	for (size_t i = 0; i < AEAD_HEADER; i++)
		ours[i] = theirs[i] = (uint8_t)(n + i);
	seal_theirs(key_len, n);
	ours[AEAD_HEADER + n - 1] = plain[n - 1];
	a->seal(a, nonce, ours, plain, n - 1);
	ck_assert_mem_eq(ours, theirs, all);
	ck_assert(a->open(a, nonce, ours, n + AEAD_TAG));
	ck_assert_mem_eq(ours + AEAD_HEADER, plain, n);

	/* Any bit that changes is seen: of header, text and tag. */
	for (size_t i = 0; i < all; i += 1 + all / 7) {
		memcpy(ours, theirs, all);
		ours[i] ^= 1;
		ck_assert(!a->open(a, nonce, ours, n + AEAD_TAG));
	}
	a->free(a);
}

START_TEST(as_gnutls)
{
	if (!aead_gcm_is_there())
		return;
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(i * 7 + 1);
	for (size_t n = 1; n < 70; n++) {
		same(16, n);
		same(32, n);
	}
	for (size_t n = 1000; n <= sizeof plain; n += 1099) {
		same(16, n);
		same(32, n);
	}
	same(16, sizeof plain);
	same(32, sizeof plain);
}
END_TEST

START_TEST(built_as_configured)
{
#ifdef HAVE_IPSEC_MB
	/* Where the processor lacks it, there is nothing to see. */
	ck_assert_int_eq(aead_gcm_is_there(),
			 __builtin_cpu_supports("aes") &&
				 __builtin_cpu_supports("pclmul"));
#else
	ck_assert(!aead_gcm_is_there());
#endif
}
END_TEST

SUITE("tls/aead", as_gnutls, built_as_configured)
