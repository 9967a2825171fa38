/* SPDX-License-Identifier: BSD-2-Clause */
/* glass.h - a cipher through which everything is seen: sealed bytes are the
 * plaintext, and the tag is the nonce and the length. */
#ifndef ADIT_TEST_TLS_GLASS_H
#define ADIT_TEST_TLS_GLASS_H

#include "tls/aead.h"

#include <string.h>

struct glass {
	struct aead aead;
	bool any_tag; /* is the right one */
	bool freed;
};

static inline void glass_tag(uint8_t tag[AEAD_TAG], const uint8_t *nonce,
			     size_t n)
{
	memset(tag, 0, AEAD_TAG);
	memcpy(tag, nonce, AEAD_NONCE);
	tag[14] = (uint8_t)(n >> 8);
	tag[15] = (uint8_t)n;
}

static inline void glass_seal(struct aead *a, const uint8_t *nonce,
			      uint8_t *record, const uint8_t *p, size_t n)
{
	(void)a;
	if (n)
		memcpy(record + AEAD_HEADER, p, n);
	glass_tag(record + AEAD_HEADER + n + 1, nonce, n + 1);
}

static inline bool glass_open(struct aead *a, const uint8_t *nonce,
			      uint8_t *record, size_t n)
{
	uint8_t tag[AEAD_TAG];

	glass_tag(tag, nonce, n - AEAD_TAG);
	return container_of(a, struct glass, aead)->any_tag ||
	       !memcmp(tag, record + AEAD_HEADER + n - AEAD_TAG, AEAD_TAG);
}

static inline void glass_free(struct aead *a)
{
	container_of(a, struct glass, aead)->freed = true;
}

static inline void glass_init(struct glass *g)
{
	*g = (struct glass){ { glass_seal, glass_open, glass_free }, 0, 0 };
}

#endif
