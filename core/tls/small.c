/* SPDX-License-Identifier: BSD-2-Clause */
/* small.c - random bytes, HMAC, comparison in constant time, wiping. */
#include "tls/tls.h"

#include "base/log.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <poll.h>

enum { RETRY_MS = 100 };

void tls_random(void *p, size_t n)
{
	bool told = false;

	/* gnutls_rnd fails only while the kernel refuses getrandom(2).  Without
	 * random bytes nothing would be safe, so this does not return. */
	while (gnutls_rnd(GNUTLS_RND_KEY, p, n) < 0) {
		if (!told)
			log_msg(LOG_ERROR, NULL,
				"cannot get random bytes from the kernel: "
				"getrandom() fails, and this process waits "
				"until it works; see whether a seccomp filter "
				"or a container forbids the system call");
		told = true;
		poll(NULL, 0, RETRY_MS);
	}
}

void tls_hmac(uint8_t out[32], const uint8_t key[32],
	      const struct tls_part *parts, size_t nparts)
{
	gnutls_hmac_hd_t h;
	int ret;

	/* Out of memory: a random result matches no other one. */
	if (gnutls_hmac_init(&h, GNUTLS_MAC_SHA256, key, 32) < 0) {
		tls_random(out, 32);
		return;
	}
	ret = 0;
	for (size_t i = 0; i < nparts && ret >= 0; i++)
		if (parts[i].n)
			ret = gnutls_hmac(h, parts[i].p, parts[i].n);
	gnutls_hmac_deinit(h, out);
	if (ret < 0)
		tls_random(out, 32);
}

bool tls_same(const void *a, const void *b, size_t n)
{
	return gnutls_memcmp(a, b, n) == 0;
}

void tls_wipe(void *p, size_t n)
{
	if (n)
		gnutls_memset(p, 0, n);
}
