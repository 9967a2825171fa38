/* SPDX-License-Identifier: BSD-2-Clause */
/* aead.h - the cipher of TLS records with one key, and AES-GCM by libipsec-mb
 * as such a cipher. */
#ifndef ADIT_TLS_AEAD_H
#define ADIT_TLS_AEAD_H

#include "base/defs.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	AEAD_NONCE = 12, /* bytes */
	AEAD_TAG = 16,
	AEAD_HEADER = 5, /* of a record: what is authenticated besides */
};

/* `record` is a header of AEAD_HEADER bytes and what follows it. */
struct aead {
	/* Encrypts the n bytes of p, and the one byte that stands at
	 * record[AEAD_HEADER + n] already, to behind the header; the tag
	 * follows them. */
	void (*seal)(struct aead *, const uint8_t nonce[AEAD_NONCE],
		     uint8_t *record, const uint8_t *p, size_t n);
	/* Decrypts n bytes behind the header where they lie; the last AEAD_TAG
	 * of them are the tag.  False: it is the wrong one, so what lies there
	 * now means nothing. */
	bool (*open)(struct aead *, const uint8_t nonce[AEAD_NONCE],
		     uint8_t *record, size_t n);
	/* Wipes the key. */
	void (*free)(struct aead *);
};

/* Whether adit was built with libipsec-mb and the processor has the
 * instructions that it needs.  The first call takes a millisecond. */
bool aead_gcm_is_there(void);
/* AES-GCM with a key of n bytes, 16 or 32; where aead_gcm_is_there.  NULL: out
 * of memory. */
struct aead *aead_gcm_new(const uint8_t *key, size_t n);

#endif
