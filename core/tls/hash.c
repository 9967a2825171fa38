/* SPDX-License-Identifier: BSD-2-Clause */
/* hash.c - SHA-256 of bytes that come in pieces. */
#include "tls/hash.h"

#include "base/err.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <stdlib.h>

struct tls_hash {
	gnutls_hash_hd_t handle;
};

struct tls_hash *tls_hash_new(void)
{
	struct tls_hash *h = calloc(1, sizeof *h);

	if (h && gnutls_hash_init(&h->handle, GNUTLS_DIG_SHA256) < 0) {
		free(h);
		return NULL;
	}
	return h;
}

int tls_hash_add(struct tls_hash *h, const void *p, size_t n)
{
	return gnutls_hash(h->handle, p, n) < 0 ? ERR_NOMEM : 0;
}

void tls_hash_end(struct tls_hash *h, uint8_t out[32])
{
	gnutls_hash_deinit(h->handle, out);
	free(h);
}

void tls_hash_free(struct tls_hash *h)
{
	if (!h)
		return;
	gnutls_hash_deinit(h->handle, NULL);
	free(h);
}
