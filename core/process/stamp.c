/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp.c - stands for the password that a user has logged in with. */
#include "process/stamp.h"

#include "tls/tls.h"

#include <string.h>

void stamp_make(uint8_t out[STAMP_LEN], const uint8_t key[STAMP_KEY],
		const char *user, const char *hash)
{
	static const char what[] = "adit stamp";
	uint8_t whole[32];

	/* Each with its NUL: no end of one is the beginning of the next. */
	tls_hmac(whole, key,
		 (struct tls_part[]){ { what, sizeof what },
				      { user, strlen(user) + 1 },
				      { hash, strlen(hash) + 1 } },
		 3);
	memcpy(out, whole, STAMP_LEN);
	tls_wipe(whole, sizeof whole);
}
