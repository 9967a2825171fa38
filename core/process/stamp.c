/* SPDX-License-Identifier: BSD-2-Clause */
/* stamp.c - stands for the password that a user has logged in with. */
#include "process/stamp.h"

#include "base/wire.h"
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
	memset(out, 0, STAMP_LEN);
	memcpy(out, whole, STAMP_MAC);
	tls_wipe(whole, sizeof whole);
}

void stamp_put_certificate(uint8_t stamp[STAMP_LEN], const uint8_t id[STAMP_ID],
			   uint64_t until)
{
	struct wr w = wr_of(stamp + STAMP_MAC, STAMP_LEN - STAMP_MAC);

	wr_bytes(&w, id, STAMP_ID);
	wr_u64(&w, until);
}

uint64_t stamp_certificate(const uint8_t stamp[STAMP_LEN], uint8_t id[STAMP_ID])
{
	struct rd r = rd_of(stamp + STAMP_MAC, STAMP_LEN - STAMP_MAC);

	memcpy(id, rd_bytes(&r, STAMP_ID), STAMP_ID);
	return rd_u64(&r);
}
